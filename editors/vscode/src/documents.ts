/** Owns which files are handed to the server: by their names, and by the language that the editor gives them. */

/** The suffixes that apigw-lint knows. */
export const SUFFIXES = [
  ...[".yaml", ".yml", ".json", ".tf", ".tofu"],
  ...[".tpl", ".tftpl", ".tmpl", ".template", ".j2", ".jinja", ".jinja2", ".envsubst"],
  ...[".yaml.example", ".yml.example", ".json.example"],
];

/** The languages of the editor whose files may hold a specification, whatever they are called. */
export const LANGUAGES = ["yaml", "json", "terraform", "opentofu"];

/** The files for which the server is asked. */
export const SELECTOR = [
  ...LANGUAGES.map((language) => ({ scheme: "file", language })),
  { scheme: "file", pattern: `**/*{${SUFFIXES.join(",")}}` },
];
