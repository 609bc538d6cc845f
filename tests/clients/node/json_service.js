// What VS Code says about JSON documents. Standard input has the schemas and the questions, standard output the answers.
const fs = require("fs");
const { fileURLToPath } = require("url");
const { getLanguageService, TextDocument } = require("vscode-json-languageservice");

const { schemas, questions } = JSON.parse(fs.readFileSync(0, "utf-8"));
const service = getLanguageService({
  schemaRequestService: async (uri) => fs.readFileSync(fileURLToPath(uri), "utf-8"),
  workspaceContext: { resolveRelativePath: (path, uri) => new URL(path, uri).href },
});
service.configure({ schemas });

async function answer({ uri, text, offset }) {
  const document = TextDocument.create(uri, "json", 1, text);
  const parsed = service.parseJSONDocument(document);
  if (offset === undefined) return service.doValidation(document, parsed);
  const position = document.positionAt(offset);
  const completion = await service.doComplete(document, position, parsed);
  return { completion: completion.items, hover: await service.doHover(document, position, parsed) };
}

Promise.all(questions.map(answer)).then((answers) => console.log(JSON.stringify(answers)));
