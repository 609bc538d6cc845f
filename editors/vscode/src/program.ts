/** Owns which program is the server. */

import * as path from "node:path";

import { badSetting, type Failure, notInstalled, notTrusted } from "./failure";

/** The settings of the user. */
export interface Settings {
  readonly path: string;
  readonly args: readonly string[];
}

/** The folders that are open, and whether the user trusts them. */
export interface Workspace {
  readonly folders: readonly string[];
  readonly isTrusted: boolean;
}

/** What is asked of the machine: `searchPath` is the variable `PATH`. */
export interface Machine {
  readonly platform: NodeJS.Platform;
  readonly home: string;
  readonly searchPath: string;
  isProgram(file: string): boolean;
}

/** A program with an absolute path, its arguments, and the folder in which it runs. */
export interface Program {
  readonly path: string;
  readonly args: readonly string[];
  readonly folder: string;
}

const NAME = "apigw-lint";
const ENVIRONMENTS = [".venv", "venv"];
const WORKSPACE_FOLDER = "${workspaceFolder}";

/**
 * The program of the setting, else that of the workspace's virtual environment, else that on the `PATH`.
 *
 * In a workspace that is not trusted nothing inside of it is run, and nothing runs in its folder.
 */
export function findProgram(settings: Settings, workspace: Workspace, machine: Machine): Program | Failure {
  const found = settings.path ? named(settings.path, workspace, machine) : usual(workspace, machine);
  if (typeof found !== "string") {
    return found;
  }
  const folder = (workspace.isTrusted && workspace.folders[0]) || machine.home;
  return { path: found, args: settings.args, folder };
}

function named(value: string, workspace: Workspace, machine: Machine): string | Failure {
  const { isAbsolute, join } = pathsOf(machine);
  if (!/[\\/]/.test(value)) {
    return onSearchPath(value, workspace, machine) ?? badSetting(value, "there is no such program on the PATH");
  }
  const [folder] = workspace.folders;
  let file = /^~[\\/]/.test(value) ? join(machine.home, value.slice(1)) : value;
  if (file.startsWith(WORKSPACE_FOLDER) || !isAbsolute(file)) {
    if (!folder) {
      return badSetting(value, "no folder is open");
    }
    if (!workspace.isTrusted) {
      return notTrusted();
    }
    file = join(folder, file.replace(WORKSPACE_FOLDER, ""));
  }
  return machine.isProgram(file) ? file : badSetting(value, "there is no such program");
}

function usual(workspace: Workspace, machine: Machine): string | Failure {
  const own = inEnvironment(workspace, machine);
  const found = (workspace.isTrusted && own) || onSearchPath(NAME, workspace, machine);
  return found || (own ? notTrusted() : notInstalled());
}

function inEnvironment(workspace: Workspace, machine: Machine): string | undefined {
  const { join } = pathsOf(machine);
  const programs = machine.platform === "win32" ? "Scripts" : "bin";
  return workspace.folders
    .flatMap((folder) => ENVIRONMENTS.map((name) => join(folder, name, programs, fileName(NAME, machine))))
    .find((file) => machine.isProgram(file));
}

/** Relative folders on the `PATH` are passed over: they are those of whatever is open. */
function onSearchPath(name: string, workspace: Workspace, machine: Machine): string | undefined {
  const { delimiter, isAbsolute, join } = pathsOf(machine);
  return machine.searchPath
    .split(delimiter)
    .filter((folder) => isAbsolute(folder) && (workspace.isTrusted || !isInside(folder, workspace, machine)))
    .map((folder) => join(folder, fileName(name, machine)))
    .find((file) => machine.isProgram(file));
}

function isInside(folder: string, workspace: Workspace, machine: Machine): boolean {
  const { isAbsolute, relative, sep } = pathsOf(machine);
  return workspace.folders.some((top) => {
    const way = relative(top, folder);
    return !isAbsolute(way) && way.split(sep)[0] !== "..";
  });
}

/** On Windows only `.exe` files can be run without a shell, and pip, pipx and uv make such files. */
function fileName(name: string, machine: Machine): string {
  return machine.platform === "win32" && !path.win32.extname(name) ? `${name}.exe` : name;
}

function pathsOf(machine: Machine): path.PlatformPath {
  return machine.platform === "win32" ? path.win32 : path.posix;
}
