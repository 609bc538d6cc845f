// Makes what a package holds beside the files of the repository: one file of JavaScript, the license of the
// extension, and in NOTICES the licenses of the libraries that are part of that file.

import { copyFileSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { build } from "esbuild";

const { metafile } = await build({
  entryPoints: ["src/extension.ts"],
  outfile: "dist/extension.js",
  bundle: true,
  minify: true,
  platform: "node",
  target: "node20",
  external: ["vscode"],
  legalComments: "none",
  logLevel: "warning",
  metafile: true,
});
writeFileSync("NOTICES", libraries(Object.keys(metafile.inputs)).map(notice).join("\n"));
copyFileSync("../../LICENSE", "LICENSE");

function libraries(files) {
  const folders = files.flatMap((file) => file.match(/^.*node_modules\/(?:@[^/]+\/)?[^/]+/)?.[0] ?? []);
  return [...new Set(folders)].sort();
}

function notice(folder) {
  const { name, version, license } = JSON.parse(readFileSync(`${folder}/package.json`, "utf-8"));
  const files = readdirSync(folder).filter((file) => /^(licen[cs]e|thirdpartynotices)(\.|$)/i.test(file));
  const texts = files.sort().map((file) => readFileSync(`${folder}/${file}`, "utf-8").trim());
  return `${name} ${version} (${license})\n\n${texts.join("\n\n")}\n`;
}
