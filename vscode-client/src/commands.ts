/** What the user can ask for by name. */

import * as vscode from 'vscode';
import type { CodeAction, Hover, MarkupContent, Range, WorkspaceEdit } from 'vscode-languageclient/node';

import { does, editOf, EXPLAIN, type Explanation, MIGRATE_MODULE, MIGRATE_PART, MIGRATE_UNIT, MIGRATE_WORKSPACE } from './contract';
import type { Pages } from './pages';
import { previewed } from './preview';
import { report } from './report';
import type { Session } from './session';
import type { Node } from './tree';
import { range, shownPath, type WorkflowsView } from './workflowsView';

export function registerCommands(session: Session, view: WorkflowsView, pages: Pages): vscode.Disposable[] {
  const command = (name: string, run: (node?: Node) => Promise<void>) => vscode.commands.registerCommand(`flyteshift.${name}`, run);
  return [
    command('migrateFile', async (node) => migrate(session, await place(node), [MIGRATE_MODULE])),
    command('migrateWorkflow', async (node) => migrate(session, await place(node), [MIGRATE_PART, MIGRATE_UNIT, MIGRATE_MODULE])),
    command('migrateAll', () => migrateAll(session)),
    command('explain', () => explain(session, pages)),
    command('openReport', () => openReport(view, pages)),
    command('refresh', () => view.refresh()),
  ];
}

interface Place {
  uri: string;
  range: Range;
}

/** Where a command is to work: at a node of the tree, or at the cursor. */
async function place(node?: Node): Promise<Place | undefined> {
  if (node?.kind === 'workflow') {
    const place = node.workflow.location;
    await vscode.window.showTextDocument(vscode.Uri.parse(place.uri), { selection: range(place.range) });
    return place;
  }
  const editor = vscode.window.activeTextEditor;
  if (editor?.document.languageId !== 'python') {
    return undefined;
  }
  const { line, character } = editor.selection.active;
  return { uri: editor.document.uri.toString(), range: { start: { line, character }, end: { line, character } } };
}

/** Makes the first of the actions that is offered at a place, after a preview. */
async function migrate(session: Session, at: Place | undefined, keys: string[]): Promise<void> {
  if (at === undefined) {
    void vscode.window.showInformationMessage('Open the Python file that you want to migrate to Flyte 2.');
    return;
  }
  const textDocument = { uri: at.uri };
  const context = { diagnostics: [], only: ['refactor.rewrite'], triggerKind: 1 };
  const actions = (await session.ask<CodeAction[] | null>('textDocument/codeAction', { textDocument, range: at.range, context })) ?? [];
  const action = keys.map((key) => actions.find((each) => does(each, key) && each.disabled === undefined)).find((each) => each);
  if (action === undefined) {
    const why = actions.find((each) => each.disabled)?.disabled?.reason;
    void vscode.window.showWarningMessage(why ? `Not migrated. ${why}` : 'There is no Flyte 1 code to migrate here.');
    return;
  }
  const resolved = action.edit ? action : await session.ask<CodeAction>('codeAction/resolve', action);
  if (resolved?.edit) {
    await preview(session, resolved.edit, action.title);
  } else {
    void vscode.window.showWarningMessage('Not migrated: see the log of flyteshift for the reason.', 'Show Log').then((chosen) => {
      if (chosen) {
        void vscode.commands.executeCommand('flyteshift.showLog');
      }
    });
  }
}

async function migrateAll(session: Session): Promise<void> {
  const answer = await vscode.window.withProgress(
    { location: vscode.ProgressLocation.Window, title: 'flyteshift: planning the migration' },
    () => session.ask<unknown>('workspace/executeCommand', { command: MIGRATE_WORKSPACE, arguments: [{ apply: false }] }),
  );
  const edit = editOf(answer);
  if (edit && (edit.documentChanges?.length || Object.keys(edit.changes ?? {}).length)) {
    await preview(session, edit, 'Migrate the workspace to Flyte 2');
  } else if (edit) {
    const chosen = await vscode.window.showInformationMessage('No file can be migrated as a whole now. The report says why.', 'Open Report');
    if (chosen) {
      await vscode.commands.executeCommand('flyteshift.openReport');
    }
  }
}

/** Shows what an edit would change; it is made where the user agrees. */
async function preview(session: Session, edit: WorkspaceEdit, label: string): Promise<void> {
  const made = await session.client?.protocol2CodeConverter.asWorkspaceEdit(previewed(edit, label));
  if (made) {
    await vscode.workspace.applyEdit(made, { isRefactoring: true });
  }
}

/** The page of what is under the cursor; where there is nothing of Flyte, of what the user names. */
async function explain(session: Session, pages: Pages): Promise<void> {
  const editor = vscode.window.activeTextEditor;
  if (editor?.document.languageId === 'python') {
    const params = { textDocument: { uri: editor.document.uri.toString() }, position: editor.selection.active };
    const hover = await session.ask<Hover | null>('textDocument/hover', params);
    if (hover) {
      await pages.show('Flyte 2', (hover.contents as MarkupContent).value);
      return;
    }
  }
  const key = await vscode.window.showInputBox({
    prompt: 'A rule or a symbol of Flyte 1 or Flyte 2',
    placeHolder: 'FS401, map-task, flytekit.map_task, flyte.map',
  });
  if (!key) {
    return;
  }
  const found = await session.ask<Explanation>(EXPLAIN, { key });
  if (found?.markdown) {
    await pages.show(key, found.markdown);
  } else if (found) {
    const hint = found.nearest.length ? ` Do you mean ${found.nearest.join(', ')}?` : '';
    void vscode.window.showWarningMessage(`flyteshift knows nothing of the name ${key}.${hint}`);
  }
}

async function openReport(view: WorkflowsView, pages: Pages): Promise<void> {
  await view.refresh();
  await pages.show('Flyte 2 readiness', report(view.known, shownPath, (uri, line) => pages.link(uri, line)));
}
