/** Owns the wiring: what the editor tells the other modules, and what they tell the user. */

import { commands, type ExtensionContext, env, type LogOutputChannel, window, workspace } from "vscode";

import { Crashes } from "./crashes";
import type { Failure, Remedy } from "./failure";
import { thisMachine } from "./machine";
import { findProgram, type Program } from "./program";
import { Session } from "./session";

const RESTART = "apigw-lint.restart";
const SETTINGS = ["apigw-lint.path", "apigw-lint.args"];

let log: LogOutputChannel;
let session: Session | undefined;
let turn = Promise.resolve();
const crashes = new Crashes();

export function activate(context: ExtensionContext): void {
  log = window.createOutputChannel("apigw-lint", { log: true });
  context.subscriptions.push(
    log,
    commands.registerCommand(RESTART, restart),
    workspace.onDidGrantWorkspaceTrust(restart),
    workspace.onDidChangeConfiguration((event) => {
      if (SETTINGS.some((name) => event.affectsConfiguration(name))) {
        void restart();
      }
    }),
  );
  void restart();
}

export async function deactivate(): Promise<void> {
  await session?.end();
}

/** Ends the session, also one that is still waiting for an answer, and begins a new one. */
function restart(): Promise<void> {
  void session?.end();
  turn = turn.then(begin).catch((error) => log.error(error));
  return turn;
}

async function begin(): Promise<void> {
  await session?.end();
  session = undefined;
  const program = wantedProgram();
  if ("message" in program) {
    tell(program);
    return;
  }
  log.info(`starting ${[program.path, ...program.args].join(" ")}`);
  session = new Session(program, log, afterCrash);
  const failure = await session.start();
  if (failure) {
    tell(failure);
  }
}

function wantedProgram(): Program | Failure {
  const settings = workspace.getConfiguration("apigw-lint");
  const folders = (workspace.workspaceFolders ?? []).filter((folder) => folder.uri.scheme === "file");
  return findProgram(
    { path: settings.get("path", ""), args: settings.get("args", ["lsp"]) },
    { folders: folders.map((folder) => folder.uri.fsPath), isTrusted: workspace.isTrusted },
    thisMachine(),
  );
}

function afterCrash(failure: Failure): void {
  if (crashes.mayRestart(Date.now())) {
    log.warn(failure.message);
    void restart();
  } else {
    tell(failure);
  }
}

const TITLES: Record<Remedy, string> = {
  "copy-command": "Copy Command",
  "open-settings": "Open Settings",
  "show-log": "Show Log",
  trust: "Manage Trust",
};

function tell(failure: Failure): void {
  log.error(failure.message);
  void offer(failure);
}

async function offer(failure: Failure): Promise<void> {
  const items = failure.remedies.map((remedy) => ({ title: TITLES[remedy], remedy }));
  const chosen = await window.showErrorMessage(failure.message, ...items);
  switch (chosen?.remedy) {
    case "copy-command":
      await env.clipboard.writeText(failure.command ?? "");
      await offerRestart();
      break;
    case "open-settings":
      await commands.executeCommand("workbench.action.openSettings", "apigw-lint");
      break;
    case "show-log":
      log.show();
      break;
    case "trust":
      await commands.executeCommand("workbench.trust.manage");
      break;
  }
}

async function offerRestart(): Promise<void> {
  const title = "Restart apigw-lint";
  if (await window.showInformationMessage("run the copied command in a terminal, then restart apigw-lint", title)) {
    await restart();
  }
}
