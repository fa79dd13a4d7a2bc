import * as vscode from 'vscode';

import { registerCommands } from './commands';
import { anyUsesFlyte, usesFlyte } from './detect';
import { onInterpreterChange } from './interpreters';
import { Pages } from './pages';
import { Session } from './session';
import { NEEDS_RESTART } from './settings';
import { Status } from './status';
import { WorkflowsView } from './workflowsView';

/** How many files are looked into for Flyte code, at most. */
const MOST_FILES = 5000;
const EXCLUDED = '**/{.git,.venv,venv,node_modules,site-packages,__pycache__,build,dist,.tox,.nox}/**';

let session: Session | undefined;

/** Waits for Flyte code, then starts everything. In a workspace without any, nothing is started and nothing is shown. */
export function activate(context: vscode.ExtensionContext): void {
  const log = vscode.window.createOutputChannel('flyteshift', { log: true });
  const begin = () => void (session ?? start(context, log));
  const lookAt = (document: vscode.TextDocument) => {
    if (session === undefined && document.languageId === 'python' && usesFlyte(document.getText())) {
      begin();
    }
  };
  const lookAround = async () => {
    if (session === undefined && (await workspaceUsesFlyte())) {
      begin();
    }
  };
  context.subscriptions.push(
    log,
    vscode.commands.registerCommand('flyteshift.showLog', () => log.show()),
    vscode.commands.registerCommand('flyteshift.restart', () => (session ? session.restart('asked for') : begin())),
    vscode.workspace.onDidOpenTextDocument(lookAt),
    vscode.workspace.onDidChangeTextDocument((event) => lookAt(event.document)),
    vscode.workspace.onDidChangeWorkspaceFolders(lookAround),
  );
  vscode.workspace.textDocuments.forEach(lookAt);
  void lookAround();
}

export async function deactivate(): Promise<void> {
  await session?.stop();
}

async function workspaceUsesFlyte(): Promise<boolean> {
  const files = await vscode.workspace.findFiles('**/*.py', EXCLUDED, MOST_FILES);
  const decoder = new TextDecoder();
  return anyUsesFlyte(files, async (uri) => decoder.decode(await vscode.workspace.fs.readFile(uri)));
}

async function start(context: vscode.ExtensionContext, log: vscode.LogOutputChannel): Promise<void> {
  const status = new Status();
  const pages = new Pages();
  const running = (session = new Session(context, log, status));
  const view = new WorkflowsView(running, context.workspaceState);
  context.subscriptions.push(
    status,
    pages,
    view,
    ...registerCommands(running, view, pages),
    vscode.workspace.onDidChangeConfiguration((event) => {
      const changed = NEEDS_RESTART.find((each) => event.affectsConfiguration(each));
      if (changed) {
        void running.restart(`${changed} changed`);
      }
    }),
    vscode.workspace.onDidGrantWorkspaceTrust(() => void running.restart('the workspace is trusted now')),
  );
  void vscode.commands.executeCommand('setContext', 'flyteshift.active', true);
  await running.start();
  context.subscriptions.push(await onInterpreterChange((path) => void running.interpreterChanged(path)));
}
