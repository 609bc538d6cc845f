/**
 * A stand-in for the module `vscode`: what the extension uses of it, and of the rest as much as the language client
 * needs to start. Tests of the editor itself it cannot replace.
 */

import Module from "node:module";
import { pathToFileURL } from "node:url";

import { minimatch } from "minimatch";

type Listener = (event: unknown) => unknown;

/** A message with its buttons, of which `answers` may choose one. */
export interface Shown {
  readonly message: string;
  readonly buttons: string[];
}

interface Filter {
  readonly scheme?: string;
  readonly language?: string;
  readonly pattern?: string;
}

/** Whether a file is selected. Like the editor, but for its own implementation of globs. */
export function matches(
  selector: readonly Filter[],
  file: { readonly scheme: string; readonly path: string; readonly language: string },
): boolean {
  return selector.some(
    ({ scheme, language, pattern }) =>
      (scheme === undefined || scheme === file.scheme) &&
      (language === undefined || language === file.language) &&
      (pattern === undefined || minimatch(file.path, pattern, { dot: true })),
  );
}

class Position {
  constructor(
    readonly line: number,
    readonly character: number,
  ) {}
}

class Range {
  readonly start: Position;
  readonly end: Position;

  constructor(line: number, character: number, endLine: number, endCharacter: number) {
    this.start = new Position(line, character);
    this.end = new Position(endLine, endCharacter);
  }
}

class Diagnostic {
  constructor(
    readonly range: Range,
    readonly message: string,
  ) {}
}

class EventEmitter {
  private readonly listeners = new Set<Listener>();

  readonly event = (listener: Listener, self?: unknown) => {
    const bound = listener.bind(self);
    this.listeners.add(bound);
    return { dispose: () => this.listeners.delete(bound) };
  };

  fire(event?: unknown): void {
    for (const listener of [...this.listeners]) {
      listener(event);
    }
  }

  dispose(): void {
    this.listeners.clear();
  }
}

class CancellationTokenSource {
  readonly token = { isCancellationRequested: false, onCancellationRequested: new EventEmitter().event };

  cancel(): void {
    this.token.isCancellationRequested = true;
  }

  dispose(): void {}
}

class Uri {
  readonly scheme = "file";

  private constructor(readonly fsPath: string) {}

  static file(path: string): Uri {
    return new Uri(path);
  }

  static parse(text: string): Uri {
    return new Uri(decodeURIComponent(new URL(text).pathname));
  }

  get path(): string {
    return this.fsPath;
  }

  toString(): string {
    return pathToFileURL(this.fsPath).toString();
  }
}

class CodeActionKind {
  static readonly Empty = new CodeActionKind("");

  constructor(readonly value: string) {}

  append(part: string): CodeActionKind {
    return new CodeActionKind(this.value ? `${this.value}.${part}` : part);
  }
}

class Disposable {
  constructor(readonly dispose: () => unknown) {}

  static from(...all: { dispose(): unknown }[]): Disposable {
    return new Disposable(() => all.forEach((one) => one.dispose()));
  }
}

class TabInputText {
  constructor(readonly uri: Uri) {}
}

/** An object whose other members are functions that return such an object, which can be disposed of. */
function lenient<Known extends object>(known: Known): Known {
  return new Proxy(known, {
    get: (target, name) => (name in target || name === "then" ? Reflect.get(target, name) : () => lenient(NOTHING)),
  });
}

const NOTHING = { dispose: () => undefined };

/** An editor with the folders and settings of a test. */
export class Editor {
  readonly shown: Shown[] = [];
  readonly logged: string[] = [];
  readonly executed: unknown[][] = [];
  /** The titles of the buttons that the user will choose. */
  readonly answers: string[] = [];
  readonly diagnostics = new Map<string, string[]>();
  copied = "";
  whenLogged: () => void = () => undefined;
  isTrusted = true;
  settings: Record<string, unknown> = {};

  private readonly commands = new Map<string, () => Promise<void>>();
  private readonly documents: object[] = [];
  private readonly tabs: { readonly input: TabInputText }[] = [];
  private active: { readonly document: object } | undefined;
  private readonly opened = new EventEmitter();
  private readonly configured = new EventEmitter();
  private readonly trusted = new EventEmitter();
  private readonly subscriptions: { dispose(): unknown }[] = [];
  private extension: { activate(context: object): void; deactivate(): Promise<void> } | undefined;

  constructor(private readonly folder: string) {}

  /** Loads an extension anew, with this as its editor, and activates it. */
  activate(file: string): void {
    const load = Module as unknown as { _load(name: string, ...more: unknown[]): unknown };
    const original = load._load;
    const module = this.module();
    load._load = (name, ...more) => (name === "vscode" ? module : original(name, ...more));
    for (const loaded of Object.keys(require.cache)) {
      delete require.cache[loaded];
    }
    try {
      this.extension = require(file);
    } finally {
      load._load = original;
    }
    this.extension?.activate({ subscriptions: this.subscriptions });
  }

  async deactivate(): Promise<void> {
    await this.extension?.deactivate();
    for (const subscription of this.subscriptions) {
      subscription.dispose();
    }
  }

  run(command: string): Promise<void> | undefined {
    return this.commands.get(command)?.();
  }

  open(path: string, languageId: string, text: string): void {
    const document = { uri: Uri.file(path), languageId, version: 1, getText: () => text };
    this.documents.push(document);
    this.tabs.push({ input: new TabInputText(document.uri) });
    this.active = { document };
    this.opened.fire(document);
  }

  configure(settings: Record<string, unknown>): void {
    this.settings = settings;
    this.configured.fire({ affectsConfiguration: (name: string) => name.replace("apigw-lint.", "") in settings });
  }

  trust(): void {
    this.isTrusted = true;
    this.trusted.fire();
  }

  private async show(message: string, ...items: (string | { title: string })[]) {
    const buttons = items.map((item) => (typeof item === "string" ? item : item.title));
    this.shown.push({ message, buttons });
    const chosen = buttons.indexOf(this.answers[0] ?? "");
    return chosen < 0 ? undefined : (this.answers.shift(), items[chosen]);
  }

  private module(): object {
    const editor = this;
    const { documents, folder, tabs } = this;
    const unknown = class {};
    const write = (line: unknown) => {
      this.logged.push(String(line));
      this.whenLogged();
    };
    const channel = { error: write, warn: write, info: write, debug: write, trace: write, appendLine: write };
    const known: Record<string, unknown> = {
      ...{ Position, Range, CancellationTokenSource, CodeActionKind, Diagnostic, Disposable, EventEmitter, TabInputText, Uri },
      version: "1.91.0",
      LogLevel: { Off: 0, Trace: 1, Info: 3 },
      env: {
        appName: "a stand-in",
        language: "en",
        clipboard: { writeText: async (text: string) => (this.copied = text) },
      },
      commands: lenient({
        registerCommand: (name: string, run: () => Promise<void>) => {
          this.commands.set(name, run);
          return { dispose: () => this.commands.delete(name) };
        },
        executeCommand: async (...command: unknown[]) => this.executed.push(command),
      }),
      window: lenient({
        tabGroups: lenient({ all: [{ tabs }] }),
        get activeTextEditor() {
          return editor.active;
        },
        visibleTextEditors: [],
        createOutputChannel: () =>
          lenient({ ...channel, logLevel: 3, show: () => this.executed.push(["the log is shown"]) }),
        showErrorMessage: (message: string, ...items: string[]) => this.show(message, ...items),
        showInformationMessage: (message: string, ...items: string[]) => this.show(message, ...items),
      }),
      languages: lenient({
        match: (selector: Filter[], { uri, languageId }: { uri: Uri; languageId: string }) =>
          matches(selector, { scheme: uri.scheme, path: uri.fsPath, language: languageId }) ? 10 : 0,
        createDiagnosticCollection: () => ({
          set: (uri: Uri, found: Diagnostic[]) => {
            this.diagnostics.set(
              uri.fsPath,
              found.map(({ message }) => message),
            );
          },
          dispose: () => this.diagnostics.clear(),
        }),
      }),
      workspace: lenient({
        get isTrusted() {
          return editor.isTrusted;
        },
        textDocuments: documents,
        notebookDocuments: [],
        workspaceFolders: [{ uri: Uri.file(folder), name: "work", index: 0 }],
        onDidOpenTextDocument: this.opened.event,
        onDidChangeConfiguration: this.configured.event,
        onDidGrantWorkspaceTrust: this.trusted.event,
        getConfiguration: () => ({ get: (name: string, value: unknown) => this.settings[name] ?? value }),
      }),
    };
    return new Proxy(known, { get: (target, name) => (name in target ? target[name as string] : unknown) });
  }
}
