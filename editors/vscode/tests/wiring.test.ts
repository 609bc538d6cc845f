/**
 * The whole extension with a server that is a process of its own, in a stand-in for the editor.
 *
 * The variable APIGW_LINT_EXTENSION names another file than the compiled one, such as that of a package.
 */

import { deepEqual, equal, match, notEqual, ok } from "node:assert/strict";
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, test } from "node:test";
import { setTimeout as wait } from "node:timers/promises";

import { Editor } from "./fake_vscode";

const EXTENSION = process.env["APIGW_LINT_EXTENSION"] ?? join(__dirname, "..", "src", "extension.js");
const FAKE_SERVER = join(__dirname, "fake_server.js");
const SEARCH_PATH = process.env["PATH"];

let folder: string;
let editor: Editor;

beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), "apigw-lint ")));
  mkdirSync(join(folder, "work"));
  process.env["PATH"] = join(folder, "bin");
  editor = new Editor(join(folder, "work"));
});

afterEach(async () => {
  await editor.deactivate();
  process.env["PATH"] = SEARCH_PATH;
  rmSync(folder, { recursive: true });
});

/** A program below the folder of the test, which runs some JavaScript. Returns its path. */
function install(place: string, script: string): string {
  const file = join(folder, place);
  mkdirSync(join(file, ".."), { recursive: true });
  writeFileSync(file, `#!${process.execPath}\n${script}\n`);
  chmodSync(file, 0o755);
  return file;
}

/** A program that is a fake server if its argument is "lsp". */
function installServer(place: string, kind: string): string {
  return install(place, `process.argv[2] === "lsp" && require(${JSON.stringify(FAKE_SERVER)}).run("${kind}")`);
}

async function until(what: string, isSo: () => boolean): Promise<void> {
  for (const end = Date.now() + 30_000; !isSo(); await wait(10)) {
    ok(Date.now() < end, `${what} never came: ${JSON.stringify([editor.shown, editor.logged])}`);
  }
}

/** What the server says of a file that is opened, without the number of its process. */
async function said(name: string, language: string, text: string): Promise<{ pid: string; rest: string }> {
  const path = join(folder, "work", name);
  editor.open(path, language, text);
  return answer(path);
}

async function answer(path: string): Promise<{ pid: string; rest: string }> {
  await until(`a diagnostic of ${path}`, () => editor.diagnostics.has(path));
  const [message = ""] = editor.diagnostics.get(path) ?? [];
  const [, before = "", pid = "", after = ""] = /^(\S+) (\d+) (.*)$/s.exec(message) ?? [];
  return { pid, rest: `${before} ${after}` };
}

function isRunning(pid: string): boolean {
  try {
    process.kill(Number(pid), 0);
    return true;
  } catch {
    return false;
  }
}

describe("a server", () => {
  test("of the virtual environment runs in the folder that is open and finds what is in files", async () => {
    installServer("work/.venv/bin/apigw-lint", "own");
    installServer("bin/apigw-lint", "shared");
    editor.activate(EXTENSION);
    const work = join(folder, "work");
    equal((await said("a.yaml", "yaml", "text")).rest, `own in ${work}: text`);
    equal((await said("b.tftpl", "plaintext", "template")).rest, `own in ${work}: template`);
    equal((await said("specification", "yaml", "unnamed")).rest, `own in ${work}: unnamed`);
    deepEqual(editor.shown, []);
  });

  test("gets no other files", async () => {
    installServer("bin/apigw-lint", "shared");
    editor.activate(EXTENSION);
    editor.open(join(folder, "work", "a.md"), "markdown", "text");
    await said("a.yaml", "yaml", "text");
    deepEqual([...editor.diagnostics.keys()], [join(folder, "work", "a.yaml")]);
  });

  test("is another process after a restart, and knows the files that are open", async () => {
    installServer("bin/apigw-lint", "shared");
    editor.activate(EXTENSION);
    const first = await said("a.yaml", "yaml", "text");
    await editor.run("apigw-lint.restart");
    const second = await answer(join(folder, "work", "a.yaml"));
    notEqual(first.pid, second.pid);
    equal(first.rest, second.rest);
    ok(!isRunning(first.pid));
    deepEqual(editor.shown, []);
  });

  test("is started again when the settings change", async () => {
    installServer("bin/apigw-lint", "shared");
    const other = installServer("other", "set");
    editor.activate(EXTENSION);
    equal((await said("a.yaml", "yaml", "text")).rest.split(" ")[0], "shared");
    editor.configure({ path: other });
    await until("the other server", () => editor.diagnostics.values().next().value?.[0]?.startsWith("set ") ?? false);
  });

  test("that crashes is started again, four times, and then the user is told", async () => {
    const program = installServer("bin/apigw-lint", "shared");
    editor.activate(EXTENSION);
    editor.open(join(folder, "work", "a.yaml"), "yaml", "crash");
    await until("a message", () => editor.shown.length > 0);
    deepEqual(editor.shown, [
      { message: `'${program}' ended with exit code 1: it crashed`, buttons: ["Show Log", "Open Settings"] },
    ]);
    equal(editor.logged.filter((line) => line === `starting ${program} lsp`).length, 5);
  });

  test("ends, too, when it is restarted while it is being started", async () => {
    const pids = join(folder, "pids");
    const note = `require("fs").appendFileSync(${JSON.stringify(pids)}, process.pid + "\\n")`;
    install("bin/apigw-lint", `${note}; require(${JSON.stringify(FAKE_SERVER)}).run("shared")`);
    let restarted: Promise<void> | undefined;
    editor.whenLogged = () => queueMicrotask(() => (restarted ??= editor.run("apigw-lint.restart")));
    editor.activate(EXTENSION);
    await until("a restart", () => restarted !== undefined);
    await restarted;
    const { pid } = await said("a.yaml", "yaml", "text");
    const started = readFileSync(pids, "utf-8").trim().split("\n");
    deepEqual(started.filter(isRunning), [pid]);
    deepEqual(editor.shown, []);
  });

  test("ends with the editor", async () => {
    installServer("bin/apigw-lint", "shared");
    editor.activate(EXTENSION);
    const { pid } = await said("a.yaml", "yaml", "text");
    await editor.deactivate();
    ok(!isRunning(pid));
  });
});

describe("in a workspace that is not trusted", () => {
  test("the server of the machine runs in the home, and the own one once the user trusts it", async () => {
    installServer("work/.venv/bin/apigw-lint", "own");
    installServer("bin/apigw-lint", "shared");
    editor.isTrusted = false;
    editor.activate(EXTENSION);
    equal((await said("a.yaml", "yaml", "text")).rest, `shared in ${realpathSync(homedir())}: text`);
    editor.trust();
    await until("the own server", () => editor.diagnostics.values().next().value?.[0]?.startsWith("own ") ?? false);
  });

  test("the user is told that there is one, and where to trust it", async () => {
    installServer("work/.venv/bin/apigw-lint", "own");
    editor.isTrusted = false;
    editor.answers.push("Manage Trust");
    editor.activate(EXTENSION);
    await until("a command", () => editor.executed.length > 0);
    match(editor.shown[0]?.message ?? "", /once you trust/);
    deepEqual(editor.executed, [["workbench.trust.manage"]]);
  });
});

describe("without a server", () => {
  test("the command that installs it is copied, and a restart offered, which then finds it", async () => {
    editor.answers.push("Copy Command");
    editor.activate(EXTENSION);
    await until("the second message", () => editor.shown.length === 2);
    equal(editor.copied, 'pip install "apigw-lint[lsp]"');
    deepEqual(editor.shown, [
      {
        message: `apigw-lint is not installed: run 'pip install "apigw-lint[lsp]"', or set 'apigw-lint.path'`,
        buttons: ["Copy Command", "Open Settings"],
      },
      {
        message: "run the copied command in a terminal, then restart apigw-lint",
        buttons: ["Restart apigw-lint"],
      },
    ]);
    installServer("bin/apigw-lint", "shared");
    await editor.run("apigw-lint.restart");
    await said("a.yaml", "yaml", "text");
  });

  test("a program that does not know 'lsp' is named", async () => {
    const program = install(
      "bin/apigw-lint",
      `console.error("Error: there is no command or file 'lsp': the commands are check"); process.exit(2)`,
    );
    editor.activate(EXTENSION);
    await until("a message", () => editor.shown.length > 0);
    deepEqual(editor.shown, [
      {
        message: `'${program}' is too old to be a language server: run 'pip install --upgrade "apigw-lint[lsp]"'`,
        buttons: ["Copy Command"],
      },
    ]);
  });

  test("a program that cannot run says why, and the settings are a click away", async () => {
    const program = install("bad", "");
    writeFileSync(program, "#!/no/such/interpreter\n");
    editor.settings = { path: program };
    editor.answers.push("Open Settings");
    editor.activate(EXTENSION);
    await until("a command", () => editor.executed.length > 0);
    equal(editor.shown[0]?.message, `cannot run '${program}': spawn ${program} ENOENT`);
    deepEqual(editor.executed, [["workbench.action.openSettings", "apigw-lint"]]);
  });

  test("a program that says something else is ended, and the log shown", async () => {
    const program = installServer("bin/apigw-lint", "talker");
    editor.answers.push("Show Log");
    editor.activate(EXTENSION);
    await until("a command", () => editor.executed.length > 0);
    match(editor.shown[0]?.message ?? "", /^'.*' does not answer as a language server: /);
    ok(editor.shown[0]?.message.startsWith(`'${program}'`));
    deepEqual(editor.executed, [["the log is shown"]]);
  });

  test("a program that never answers does not keep the next one from being started", async () => {
    const program = installServer("other", "silent");
    editor.settings = { path: program };
    installServer("bin/apigw-lint", "shared");
    editor.activate(EXTENSION);
    await until("a start", () => editor.logged.includes(`starting ${program} lsp`));
    editor.configure({ path: "apigw-lint" });
    await said("a.yaml", "yaml", "text");
    deepEqual(editor.shown, []);
  });
});
