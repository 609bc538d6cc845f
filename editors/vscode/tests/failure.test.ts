/** What is said of a server that ended. */

import { deepEqual, equal } from "node:assert/strict";
import { test } from "node:test";

import { ended } from "../src/failure";

const PATH = "/bin/apigw-lint";

function message(code: number | null, stderr: string, signal: NodeJS.Signals | null = null): string {
  return ended(PATH, { code, signal, stderr }).message;
}

test("without the extra the command that installs it can be copied", () => {
  const stderr = "Error: the language server is not installed: pip install 'apigw-lint[lsp]'";
  deepEqual(ended(PATH, { code: 2, signal: null, stderr }), {
    message: `'/bin/apigw-lint' is installed without its language server: run 'pip install "apigw-lint[lsp]"'`,
    command: 'pip install "apigw-lint[lsp]"',
    remedies: ["copy-command"],
  });
});

test("a program that does not know 'lsp' is too old", () => {
  const stderr = "Usage: apigw-lint\n\nError: there is no command or file 'lsp': the commands are check, config";
  deepEqual(ended(PATH, { code: 2, signal: null, stderr }), {
    message: `'/bin/apigw-lint' is too old to be a language server: run 'pip install --upgrade "apigw-lint[lsp]"'`,
    command: 'pip install --upgrade "apigw-lint[lsp]"',
    remedies: ["copy-command"],
  });
  equal(message(2, "Error: No such command 'lsp'."), ended(PATH, { code: 2, signal: null, stderr }).message);
});

test("of any other end the last line is shown, and the log has the rest", () => {
  const stderr = "Traceback (most recent call last):\r\n  File ...\r\nImportError: no module\r\n";
  deepEqual(ended(PATH, { code: 1, signal: null, stderr }), {
    message: "'/bin/apigw-lint' ended with exit code 1: ImportError: no module",
    remedies: ["show-log", "open-settings"],
  });
  equal(message(0, ""), "'/bin/apigw-lint' ended with exit code 0");
  equal(message(null, "", "SIGSEGV"), "'/bin/apigw-lint' was ended by SIGSEGV");
  equal(message(1, "no command 'lsp'"), "'/bin/apigw-lint' ended with exit code 1: no command 'lsp'");
});
