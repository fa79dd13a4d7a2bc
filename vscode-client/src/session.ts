/** The language client and its server: started, restarted, stopped, one after the other. */

import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

import * as vscode from 'vscode';
import { type ConfigurationParams, LanguageClient, RevealOutputChannelOn, State } from 'vscode-languageclient/node';

import { WORKFLOWS_CHANGED } from './contract';
import { candidates, selectedInterpreter } from './interpreters';
import { CannotLaunch, type Launch, launch } from './launch';
import type { Run } from './python';
import { declared, explicit, ONLY_CLIENT } from './settings';
import type { Status } from './status';

export class Session {
  /** The running client; undefined while there is none. */
  client: LanguageClient | undefined;
  /** Fires when what the server knows about the workspace may have changed. */
  readonly onChange: vscode.Event<void>;

  private readonly changes = new vscode.EventEmitter<void>();
  private readonly trace = vscode.window.createOutputChannel('flyteshift trace');
  private interpreter: string | undefined;
  private last: Promise<void> = Promise.resolve();

  constructor(
    private readonly context: vscode.ExtensionContext,
    private readonly log: vscode.LogOutputChannel,
    private readonly status: Status,
  ) {
    this.onChange = this.changes.event;
    context.subscriptions.push(this.changes, this.trace);
  }

  start(): Promise<void> {
    return this.afterwards(() => this.begin());
  }

  stop(): Promise<void> {
    return this.afterwards(() => this.end());
  }

  restart(why: string): Promise<void> {
    return this.afterwards(async () => {
      this.log.info(`Restart: ${why}`);
      await this.end();
      await this.begin();
    });
  }

  /** Another interpreter was selected in the Python extension. */
  async interpreterChanged(path: string): Promise<void> {
    if ((await selectedInterpreter()) !== this.interpreter) {
      await this.restart(`the interpreter is now ${path}`);
    }
  }

  /** Sends a request, once the server runs. Undefined where there is none, or it answers with an error, which is logged. */
  async ask<T>(method: string, params: unknown): Promise<T | undefined> {
    await this.last;
    try {
      return await this.client?.sendRequest<T>(method, params);
    } catch (error) {
      this.log.warn(`${method}: ${error instanceof Error ? error.message : String(error)}`);
      return undefined;
    }
  }

  private afterwards(work: () => Promise<void>): Promise<void> {
    this.last = this.last.then(work).catch((error: unknown) => this.failed(error));
    return this.last;
  }

  private async begin(): Promise<void> {
    this.status.starting();
    this.interpreter = await selectedInterpreter();
    const settings = vscode.workspace.getConfiguration('flyteshift');
    const launcher = this.context.asAbsolutePath(join('bundled', 'launcher.py'));
    const chosen = await launch(
      {
        path: settings.get<string[]>('path', []),
        importStrategy: settings.get<'useBundled' | 'fromEnvironment'>('importStrategy', 'useBundled'),
        candidates: await candidates(),
        launcher: existsSync(join(this.context.extensionPath, 'bundled', 'libs')) ? launcher : null,
      },
      run(this.context.extensionPath),
      (line) => this.log.info(line),
    );
    this.log.info(`Start: ${chosen.label}`);
    this.log.info(`  ${[chosen.command, ...chosen.args].join(' ')}`);
    if (chosen.note) {
      this.log.warn(chosen.note);
    }
    const client = (this.client = this.make(chosen));
    client.onDidChangeState(({ newState }) => {
      if (newState === State.Running) {
        this.status.running(chosen.label, client.initializeResult?.serverInfo?.version, chosen.note);
        this.changes.fire();
      } else if (newState === State.Stopped && this.client === client) {
        this.status.stopped('The server has stopped.');
      }
    });
    client.onNotification(WORKFLOWS_CHANGED, () => this.changes.fire());
    await client.start();
  }

  private async end(): Promise<void> {
    const client = this.client;
    this.client = undefined;
    if (client?.needsStop()) {
      await client.stop();
    }
    await client?.dispose();
  }

  private make(chosen: Launch): LanguageClient {
    // The folder of the project must never be where Python looks for modules, so the server starts elsewhere.
    const options = { cwd: this.context.extensionPath };
    return new LanguageClient(
      'flyteshift',
      'flyteshift',
      { command: chosen.command, args: chosen.args, options },
      {
        documentSelector: [
          { language: 'python', scheme: 'file' },
          { language: 'python', scheme: 'untitled' },
        ],
        outputChannel: this.log,
        traceOutputChannel: this.trace,
        revealOutputChannelOn: RevealOutputChannelOn.Never,
        middleware: { workspace: { configuration: (params) => this.configuration(params) } },
      },
    );
  }

  /** What the server gets when it asks for settings. */
  private configuration(params: ConfigurationParams): Promise<unknown[]> {
    const keys = declared(this.context.extension.packageJSON).filter((key) => !ONLY_CLIENT.includes(key));
    return Promise.all(
      params.items.map(async (item) => {
        const scope = item.scopeUri ? vscode.Uri.parse(item.scopeUri) : undefined;
        const settings = vscode.workspace.getConfiguration('flyteshift', scope ?? null);
        const found = explicit(keys, (key) => settings.inspect(key));
        const interpreter = found['interpreter'] ?? (await selectedInterpreter(scope));
        return interpreter ? { ...found, interpreter } : found;
      }),
    );
  }

  private failed(error: unknown): void {
    const message = error instanceof Error ? error.message : String(error);
    this.log.error(message);
    this.status.stopped(message);
    const text = error instanceof CannotLaunch ? message : `flyteshift could not start its server: ${message}`;
    const python = vscode.extensions.getExtension('ms-python.python') ? ['Select Interpreter'] : [];
    void vscode.window.showErrorMessage(text, ...python, 'Open Settings', 'Show Log').then((chosen) => {
      if (chosen === 'Select Interpreter') {
        void vscode.commands.executeCommand('python.setInterpreter');
      } else if (chosen === 'Open Settings') {
        void vscode.commands.executeCommand('workbench.action.openSettings', 'flyteshift.interpreter');
      } else if (chosen === 'Show Log') {
        this.log.show();
      }
    });
  }
}

function run(cwd: string): Run {
  return ([command = '', ...args]) =>
    new Promise((resolve, reject) => {
      execFile(command, args, { cwd, timeout: 10_000, windowsHide: true, encoding: 'utf8' }, (error, out) =>
        error ? reject(error) : resolve(out),
      );
    });
}
