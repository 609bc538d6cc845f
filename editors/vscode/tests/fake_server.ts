/** A language server that finds one problem in every file: its text. A text of one word makes it do something else. */

import { createInterface } from "node:readline";

import {
  createProtocolConnection,
  DidOpenTextDocumentNotification,
  ExitNotification,
  InitializeRequest,
  type InitializeResult,
  PublishDiagnosticsNotification,
  ShutdownRequest,
  StreamMessageReader,
  StreamMessageWriter,
  TextDocumentSyncKind,
} from "vscode-languageserver-protocol/node";

/** Runs as a program with these arguments would. */
export function run(kind: string): void {
  switch (kind) {
    case "silent":
      createInterface({ input: process.stdin });
      break;
    case "talker":
      process.stdout.write("good\nmorning\r\n\r\n");
      createInterface({ input: process.stdin });
      break;
    default:
      serve(kind);
  }
}

function serve(kind: string): void {
  const connection = createProtocolConnection(
    new StreamMessageReader(process.stdin),
    new StreamMessageWriter(process.stdout),
  );
  connection.onRequest(InitializeRequest.type, (): InitializeResult => ({
    capabilities: { textDocumentSync: { openClose: true, change: TextDocumentSyncKind.Incremental } },
  }));
  connection.onNotification(DidOpenTextDocumentNotification.type, ({ textDocument: { uri, text } }) => {
    if (text === "crash") {
      process.stderr.write("it crashed\n");
      process.exit(1);
    }
    const range = { start: { line: 0, character: 0 }, end: { line: 0, character: text.length } };
    const message = `${kind} ${process.pid} in ${process.cwd()}: ${text}`;
    void connection.sendNotification(PublishDiagnosticsNotification.type, { uri, diagnostics: [{ range, message }] });
  });
  connection.onRequest(ShutdownRequest.type, () => undefined);
  connection.onNotification(ExitNotification.type, () => process.exit(0));
  connection.listen();
}
