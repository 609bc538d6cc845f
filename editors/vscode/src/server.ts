/** Owns the process of the server. */

import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";

import type { Program } from "./program";

/** How a process ended: its exit code or signal, and the end of what it wrote to standard error. */
export interface Ending {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stderr: string;
}

const KEPT_LINES = 50;

/** A process that was started. */
export class Server {
  readonly ending: Promise<Ending>;

  private constructor(
    readonly process: ChildProcessWithoutNullStreams,
    log: (line: string) => void,
  ) {
    const lines: string[] = [];
    createInterface({ input: process.stderr }).on("line", (line) => {
      log(line);
      lines.push(line);
      lines.splice(0, lines.length - KEPT_LINES);
    });
    process.on("error", (error) => log(error.message));
    this.ending = new Promise((resolve) => {
      process.on("close", (code, signal) => resolve({ code, signal, stderr: lines.join("\n") }));
    });
  }

  /** The running program; `log` gets each line of its standard error. Throws if it cannot be run. */
  static async start(program: Program, log: (line: string) => void): Promise<Server> {
    const child = spawn(program.path, program.args, { cwd: program.folder, windowsHide: true });
    const server = new Server(child, log);
    await once(child, "spawn");
    return server;
  }

  /** How it ended. If it still runs after some milliseconds it is killed. */
  async end(patience: number): Promise<Ending> {
    const timer = setTimeout(() => this.process.kill("SIGKILL"), patience);
    const ending = await this.ending;
    clearTimeout(timer);
    return ending;
  }
}
