/** Owns one client with its server, from their start to their end. */

import type { LogOutputChannel } from "vscode";
import {
  CloseAction,
  ErrorAction,
  LanguageClient,
  type LanguageClientOptions,
  RevealOutputChannelOn,
} from "vscode-languageclient/node";

import { SELECTOR } from "./documents";
import { ended, type Failure, notStarted, notUnderstood } from "./failure";
import type { Program } from "./program";
import { Server } from "./server";

/** How long a server may take to exit once its client is gone, in milliseconds. */
const PATIENCE = 1000;

/** A client that shows no message of its own: they do not say what to do. */
class SilentClient extends LanguageClient {
  override error(message: string, data?: unknown): void {
    super.error(message, data, false);
  }
}

export class Session {
  private readonly client: LanguageClient;
  private server: Server | undefined;
  private reason = "";
  private over: Promise<void> | undefined;

  /** A session that is not started yet. `crashed` is called if the server ends by itself later on. */
  constructor(
    private readonly program: Program,
    private readonly log: LogOutputChannel,
    private readonly crashed: (failure: Failure) => void,
  ) {
    this.client = new SilentClient("apigw-lint", "apigw-lint", () => this.launch(), this.options());
  }

  /** Starts the server. Returns what went wrong, unless the session was ended meanwhile. */
  async start(): Promise<Failure | undefined> {
    try {
      await this.client.start();
      return undefined;
    } catch (error) {
      this.reason ||= messageOf(error);
      return this.over ? undefined : this.failure();
    }
  }

  /** Ends the client and the server, whatever state they are in. */
  end(): Promise<void> {
    this.over ??= this.finish();
    return this.over;
  }

  private async finish(): Promise<void> {
    if (this.client.isRunning()) {
      await this.client.stop().catch((error) => this.log.warn(messageOf(error)));
      await this.server?.end(PATIENCE);
    } else {
      await this.server?.end(0);
    }
  }

  private async launch() {
    this.server = await Server.start(this.program, (line) => this.log.info(line));
    if (this.over) {
      void this.server.end(0); // the session was ended while the process was being started
    }
    return this.server.process;
  }

  private options(): LanguageClientOptions {
    return {
      documentSelector: SELECTOR,
      outputChannel: this.log,
      revealOutputChannelOn: RevealOutputChannelOn.Never,
      initializationFailedHandler: () => false,
      stdioOptions: { stdout: () => undefined, stderr: () => undefined },
      errorHandler: {
        error: (error) => this.onError(error),
        closed: () => this.onClosed(),
      },
    };
  }

  /** A server whose first words are not the protocol is ended; later on its end is waited for. */
  private onError(error: Error) {
    if (!this.client.isRunning()) {
      this.reason ||= error.message;
      void this.server?.end(PATIENCE);
    }
    return { action: ErrorAction.Continue, handled: true };
  }

  private onClosed() {
    if (this.client.isRunning() && !this.over) {
      void this.failure().then(this.crashed);
    }
    return { action: CloseAction.DoNotRestart, handled: true };
  }

  private async failure(): Promise<Failure> {
    if (!this.server) {
      return notStarted(this.program.path, this.reason);
    }
    const ending = await this.server.end(PATIENCE);
    const wasAlive = ending.signal !== null && this.server.process.killed;
    return wasAlive ? notUnderstood(this.program.path, this.reason) : ended(this.program.path, ending);
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
