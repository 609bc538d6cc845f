/** The extension with the program that APIGW_LINT_PROGRAM names, in a stand-in for the editor. */

import { deepEqual, equal, ok } from "node:assert/strict";
import { mkdtempSync, realpathSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { setTimeout as wait } from "node:timers/promises";

import { Editor } from "./fake_vscode";

test("it shows what the program finds in a file that is not saved", async () => {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "apigw-lint ")));
  const editor = new Editor(folder);
  editor.settings = { path: process.env["APIGW_LINT_PROGRAM"] };
  editor.activate(process.env["APIGW_LINT_EXTENSION"] ?? join(__dirname, "..", "src", "extension.js"));
  const file = join(folder, "gateway.yaml");
  const integration = "x-yc-apigateway-integration: {type: dumy, http_code: 200}";
  const text = `openapi: 3.0.0\ninfo: {title: API, version: 1.0.0}\npaths: {/a: {get: {${integration}}}}\n`;
  editor.open(file, "yaml", text);
  for (const end = Date.now() + 60_000; !editor.diagnostics.get(file)?.length; await wait(10)) {
    ok(Date.now() < end, JSON.stringify([editor.shown, editor.logged]));
  }
  equal(editor.diagnostics.get(file)?.length, 1);
  ok(editor.diagnostics.get(file)?.[0]?.includes("did you mean 'dummy'?"));
  await editor.deactivate();
  deepEqual(editor.shown, []);
});
