/** The process of the server. */

import { deepEqual, equal, rejects } from "node:assert/strict";
import { tmpdir } from "node:os";
import { test } from "node:test";

import { Server } from "../src/server";

function node(script: string, log: (line: string) => void = () => undefined): Promise<Server> {
  return Server.start({ path: process.execPath, args: ["-e", script], folder: tmpdir() }, log);
}

test("the end of a process has its code and what it said, which is logged", async () => {
  const logged: string[] = [];
  const server = await node("console.error('first\\nsecond'); process.exitCode = 3", (line) => logged.push(line));
  deepEqual(await server.ending, { code: 3, signal: null, stderr: "first\nsecond" });
  deepEqual(logged, ["first", "second"]);
});

test("only the last lines are kept", async () => {
  const server = await node("for (let i = 1; i <= 1000; i++) console.error(i)");
  const { stderr } = await server.ending;
  deepEqual([stderr.split("\n").length, stderr.split("\n")[0]], [50, "951"]);
});

test("a process that does not exit is killed", async () => {
  const server = await node("setInterval(() => {}, 1000)");
  equal((await server.end(0)).signal, "SIGKILL");
});

test("a program that is none cannot be started", async () => {
  await rejects(Server.start({ path: "/no/such/program", args: [], folder: tmpdir() }, () => undefined), /ENOENT/);
});
