/** Which program is found, on which machine. */

import { deepEqual, equal, ok } from "node:assert/strict";
import { describe, test } from "node:test";

import { findProgram, type Machine, type Settings, type Workspace } from "../src/program";

const DEFAULTS: Settings = { path: "", args: ["lsp"] };
const TRUSTED: Workspace = { folders: ["/project"], isTrusted: true };
const UNTRUSTED: Workspace = { folders: ["/project"], isTrusted: false };

function linux(searchPath: string, ...programs: string[]): Machine {
  return { platform: "linux", home: "/home/me", searchPath, isProgram: (file) => programs.includes(file) };
}

function windows(searchPath: string, ...programs: string[]): Machine {
  return { platform: "win32", home: "C:\\Users\\me", searchPath, isProgram: (file) => programs.includes(file) };
}

/** The path of the program, or what is said instead. */
function found(settings: Partial<Settings>, workspace: Workspace, machine: Machine): string {
  const program = findProgram({ ...DEFAULTS, ...settings }, workspace, machine);
  return "message" in program ? program.message : program.path;
}

describe("without a setting", () => {
  test("the virtual environment of the workspace comes before the PATH", () => {
    const machine = linux("/usr/bin", "/project/.venv/bin/apigw-lint", "/project/venv/bin/apigw-lint", "/usr/bin/apigw-lint");
    equal(found({}, TRUSTED, machine), "/project/.venv/bin/apigw-lint");
  });

  test("'venv' is looked at after '.venv', and each folder before the next", () => {
    const workspace = { folders: ["/one", "/two"], isTrusted: true };
    equal(found({}, workspace, linux("", "/two/.venv/bin/apigw-lint")), "/two/.venv/bin/apigw-lint");
    const both = linux("", "/two/.venv/bin/apigw-lint", "/one/venv/bin/apigw-lint");
    equal(found({}, workspace, both), "/one/venv/bin/apigw-lint");
  });

  test("the first on the PATH is taken", () => {
    const machine = linux("/a:/b:/c", "/b/apigw-lint", "/c/apigw-lint");
    equal(found({}, TRUSTED, machine), "/b/apigw-lint");
    equal(found({}, { folders: [], isTrusted: true }, machine), "/b/apigw-lint");
  });

  test("relative folders on the PATH are passed over", () => {
    const machine = linux(".:bin::/usr/bin", "apigw-lint", "bin/apigw-lint", "/usr/bin/apigw-lint");
    equal(found({}, TRUSTED, machine), "/usr/bin/apigw-lint");
  });

  test("on Windows it is an .exe file", () => {
    const folders = ["C:\\work"];
    const own = windows("C:\\bin", "C:\\work\\.venv\\Scripts\\apigw-lint.exe", "C:\\bin\\apigw-lint.exe");
    equal(found({}, { folders, isTrusted: true }, own), "C:\\work\\.venv\\Scripts\\apigw-lint.exe");
    const shared = windows("C:\\a b;D:\\bin", "D:\\bin\\apigw-lint.exe", "C:\\a b\\apigw-lint");
    equal(found({}, { folders, isTrusted: true }, shared), "D:\\bin\\apigw-lint.exe");
  });

  test("nothing is found where nothing is", () => {
    const failure = findProgram(DEFAULTS, TRUSTED, linux("/usr/bin"));
    deepEqual(failure, {
      message: `apigw-lint is not installed: run 'pip install "apigw-lint[lsp]"', or set 'apigw-lint.path'`,
      command: 'pip install "apigw-lint[lsp]"',
      remedies: ["copy-command", "open-settings"],
    });
  });
});

describe("with a setting", () => {
  test("a path is taken as it is, and nothing else is looked at", () => {
    const machine = linux("/usr/bin", "/opt/a b/lint", "/usr/bin/apigw-lint", "/project/.venv/bin/apigw-lint");
    equal(found({ path: "/opt/a b/lint" }, TRUSTED, machine), "/opt/a b/lint");
    equal(found({ path: "/opt/none" }, TRUSTED, machine), "'apigw-lint.path' is '/opt/none': there is no such program");
  });

  test("it may begin in the home or in the folder that is open", () => {
    const machine = linux("", "/home/me/bin/lint", "/project/tools/lint");
    equal(found({ path: "~/bin/lint" }, TRUSTED, machine), "/home/me/bin/lint");
    equal(found({ path: "${workspaceFolder}/tools/lint" }, TRUSTED, machine), "/project/tools/lint");
    equal(found({ path: "./tools/lint" }, TRUSTED, machine), "/project/tools/lint");
    const closed = { folders: [], isTrusted: true };
    equal(found({ path: "tools/lint" }, closed, machine), "'apigw-lint.path' is 'tools/lint': no folder is open");
  });

  test("the same on Windows", () => {
    const workspace = { folders: ["C:\\work"], isTrusted: true };
    const machine = windows("C:\\bin", "C:\\work\\tools\\lint.exe", "C:\\Users\\me\\lint.exe", "C:\\bin\\uv.exe");
    equal(found({ path: "${workspaceFolder}/tools/lint.exe" }, workspace, machine), "C:\\work\\tools\\lint.exe");
    equal(found({ path: "~\\lint.exe" }, workspace, machine), "C:\\Users\\me\\lint.exe");
    equal(found({ path: "uv" }, workspace, machine), "C:\\bin\\uv.exe");
    equal(found({ path: "uv.exe" }, workspace, machine), "C:\\bin\\uv.exe");
  });

  test("a name is looked up on the PATH, and has the arguments of the setting", () => {
    const settings = { path: "uv", args: ["run", "apigw-lint", "lsp"] };
    deepEqual(findProgram(settings, TRUSTED, linux("/usr/bin", "/usr/bin/uv")), {
      path: "/usr/bin/uv",
      args: ["run", "apigw-lint", "lsp"],
      folder: "/project",
    });
    equal(found(settings, TRUSTED, linux("/b")), "'apigw-lint.path' is 'uv': there is no such program on the PATH");
  });
});

describe("in a workspace that is not trusted", () => {
  const HELD_BACK = "the apigw-lint of this workspace runs once you trust the workspace";

  test("its virtual environment is not run, but the program of the machine is", () => {
    const own = "/project/.venv/bin/apigw-lint";
    equal(found({}, UNTRUSTED, linux("/usr/bin", own, "/usr/bin/apigw-lint")), "/usr/bin/apigw-lint");
    const failure = findProgram(DEFAULTS, UNTRUSTED, linux("/usr/bin", own));
    deepEqual(failure, { message: HELD_BACK, remedies: ["trust"] });
  });

  test("a folder of it on the PATH is passed over", () => {
    const searchPath = "/project:/project/bin:/project/../project/..bin:/projects/bin";
    const inside = ["/project/apigw-lint", "/project/bin/apigw-lint", "/project/..bin/apigw-lint"];
    equal(found({}, UNTRUSTED, linux(searchPath, ...inside, "/projects/bin/apigw-lint")), "/projects/bin/apigw-lint");
    equal(found({}, TRUSTED, linux(searchPath, ...inside)), "/project/apigw-lint");
    ok(found({}, UNTRUSTED, linux(searchPath, ...inside)).startsWith("apigw-lint is not installed"));
  });

  test("a path of the user that leads into it is not followed", () => {
    const machine = linux("/usr/bin", "/project/tools/lint", "/usr/bin/apigw-lint");
    equal(found({ path: "tools/lint" }, UNTRUSTED, machine), HELD_BACK);
    equal(found({ path: "${workspaceFolder}/tools/lint" }, UNTRUSTED, machine), HELD_BACK);
  });

  test("the program runs in the home, as Python may import from the folder in which it runs", () => {
    const program = findProgram(DEFAULTS, UNTRUSTED, linux("/usr/bin", "/usr/bin/apigw-lint"));
    deepEqual(program, { path: "/usr/bin/apigw-lint", args: ["lsp"], folder: "/home/me" });
  });
});
