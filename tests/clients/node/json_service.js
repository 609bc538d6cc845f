// What VS Code says about JSON documents: standard input has a schema and requests, standard output the answers.
const { getLanguageService, TextDocument } = require("vscode-json-languageservice");

const { schema, requests } = JSON.parse(require("fs").readFileSync(0, "utf-8"));
const service = getLanguageService({});
service.configure({ schemas: [{ uri: "memory:/schema.json", fileMatch: ["*"], schema }] });

async function answer({ text, offset }) {
  const document = TextDocument.create("memory:/spec.json", "json", 1, text);
  const parsed = service.parseJSONDocument(document);
  if (offset === undefined) return service.doValidation(document, parsed);
  const position = document.positionAt(offset);
  const [completion, hover] = [service.doComplete, service.doHover].map((ask) => ask(document, position, parsed));
  return { completion: (await completion).items, hover: await hover };
}

Promise.all(requests.map(answer)).then((answers) => console.log(JSON.stringify(answers)));
