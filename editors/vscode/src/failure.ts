/** Owns what the user is told when there is no server, and what can be done about it at a click. */

import type { Ending } from "./server";

/** What a button of a message does. */
export type Remedy = "copy-command" | "open-settings" | "show-log" | "trust";

/** A message, the remedies it offers, and the command to copy if one of them is that. */
export interface Failure {
  readonly message: string;
  readonly remedies: readonly Remedy[];
  readonly command?: string;
}

// In double quotes, as every shell takes them.
const INSTALL = 'pip install "apigw-lint[lsp]"';
const UPDATE = 'pip install --upgrade "apigw-lint[lsp]"';

/** The exit code of a command that is wrong, or whose extra is not installed. */
const MISUSED = 2;

/** Neither the workspace nor the machine has the program. */
export function notInstalled(): Failure {
  const message = `apigw-lint is not installed: run '${INSTALL}', or set 'apigw-lint.path'`;
  return { message, command: INSTALL, remedies: ["copy-command", "open-settings"] };
}

/** The program is one of the workspace, which is not trusted. */
export function notTrusted(): Failure {
  return { message: "the apigw-lint of this workspace runs once you trust the workspace", remedies: ["trust"] };
}

/** What the setting names is not there. */
export function badSetting(value: string, reason: string): Failure {
  return { message: `'apigw-lint.path' is '${value}': ${reason}`, remedies: ["open-settings"] };
}

/** The program could not be run at all. */
export function notStarted(path: string, reason: string): Failure {
  return { message: `cannot run '${path}': ${reason}`, remedies: ["open-settings", "show-log"] };
}

/** The program ended before it was told to. */
export function ended(path: string, ending: Ending): Failure {
  if (ending.code === MISUSED && ending.stderr.includes("apigw-lint[lsp]")) {
    const message = `'${path}' is installed without its language server: run '${INSTALL}'`;
    return { message, command: INSTALL, remedies: ["copy-command"] };
  }
  if (ending.code === MISUSED && /no (such )?command\b.*'lsp'/i.test(ending.stderr)) {
    const message = `'${path}' is too old to be a language server: run '${UPDATE}'`;
    return { message, command: UPDATE, remedies: ["copy-command"] };
  }
  const how = ending.code === null ? `was ended by ${ending.signal}` : `ended with exit code ${ending.code}`;
  const lastLine = ending.stderr.trim().split(/\r?\n/).at(-1);
  return { message: `'${path}' ${how}${lastLine ? `: ${lastLine}` : ""}`, remedies: ["show-log", "open-settings"] };
}

/** The program runs, and what it says is not the protocol, or is an error. */
export function notUnderstood(path: string, reason: string): Failure {
  const message = `'${path}' does not answer as a language server: ${reason}`;
  return { message, remedies: ["show-log", "open-settings"] };
}
