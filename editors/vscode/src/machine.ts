/** Owns what is asked of the machine that this runs on. */

import { accessSync, constants, statSync } from "node:fs";
import { homedir } from "node:os";

import type { Machine } from "./program";

/** This machine, with its `PATH` as it is now. */
export function thisMachine(): Machine {
  return { platform: process.platform, home: homedir(), searchPath: process.env["PATH"] ?? "", isProgram };
}

function isProgram(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}
