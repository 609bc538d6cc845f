/** What `package.json` declares is what the code does. */

import { deepEqual, equal, ok } from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";

import { LANGUAGES, SELECTOR, SUFFIXES } from "../src/documents";
import { matches } from "./fake_vscode";

const MANIFEST = JSON.parse(readFileSync(join(__dirname, "..", "..", "package.json"), "utf-8"));

test("it is activated by the languages, and by templates, for which the editor has none", () => {
  const templates = SUFFIXES.filter((suffix) => ![".yaml", ".yml", ".json", ".tf", ".tofu"].includes(suffix));
  deepEqual(MANIFEST.activationEvents, [
    ...LANGUAGES.map((language) => `onLanguage:${language}`),
    `workspaceContains:**/*{${templates.join(",")}}`,
  ]);
  deepEqual(LANGUAGES, ["yaml", "json", "terraform", "opentofu"]);
});

test("every file that may be a specification is handed over, whatever its language", () => {
  for (const suffix of SUFFIXES) {
    ok(matches(SELECTOR, { scheme: "file", path: `/a/.b/gateway${suffix}`, language: "plaintext" }), suffix);
  }
  ok(matches(SELECTOR, { scheme: "file", path: "/a/gateway", language: "yaml" }));
  for (const [path, language] of [
    ["/a/gateway.md", "markdown"],
    ["/a/yaml", "plaintext"],
    ["/a/main.tf.bak", "plaintext"],
    ["/a/gateway.example", "plaintext"],
  ] as const) {
    equal(matches(SELECTOR, { scheme: "file", path, language }), false, path);
  }
  equal(matches(SELECTOR, { scheme: "git", path: "/a/gateway.yaml", language: "yaml" }), false);
});

test("a workspace that is not trusted has no say in which program runs", () => {
  const trust = MANIFEST.capabilities.untrustedWorkspaces;
  equal(trust.supported, "limited");
  deepEqual(trust.restrictedConfigurations, Object.keys(MANIFEST.contributes.configuration.properties));
});

test("nothing is installed together with the extension", () => {
  equal(MANIFEST.dependencies, undefined);
  for (const [name, version] of Object.entries<string>(MANIFEST.devDependencies)) {
    ok(/^\d+\.\d+\.\d+$/.test(version), `${name} is pinned`);
  }
  equal(MANIFEST.engines.vscode, `^${MANIFEST.devDependencies["@types/vscode"]}`);
});
