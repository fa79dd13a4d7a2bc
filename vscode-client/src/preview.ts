/** Edits that VS Code shows before it makes them, with everything ticked. */

import type { TextDocumentEdit, WorkspaceEdit } from 'vscode-languageserver-protocol';

/**
 * VS Code previews an edit where a part of it needs confirmation, and leaves exactly that part unticked: who agrees then
 * gets nothing, and who ticks some of it gets half a migration. So one empty change asks for the confirmation of all.
 */
const ASKS = 'flyteshift-preview';
const NOWHERE = { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } };

/** The edit with a preview in front. `label` says above it what is to be agreed to. */
export function previewed(edit: WorkspaceEdit, label: string): WorkspaceEdit {
  const changes = edit.documentChanges ?? Object.entries(edit.changes ?? {}).map(([uri, edits]) => ({ textDocument: { uri, version: null }, edits }));
  const first = changes.find((each): each is TextDocumentEdit => 'edits' in each);
  if (first === undefined) {
    return edit;
  }
  const annotations = Object.entries(edit.changeAnnotations ?? {});
  return {
    documentChanges: [{ textDocument: first.textDocument, edits: [{ range: NOWHERE, newText: '', annotationId: ASKS }] }, ...changes],
    changeAnnotations: {
      [ASKS]: { label, needsConfirmation: true, description: annotations.map(([, each]) => each.description ?? each.label).join('\n') },
      ...Object.fromEntries(annotations.map(([id, each]) => [id, { ...each, needsConfirmation: false }])),
    },
  };
}

/** An edit of which the server says that a part needs confirmation gets a preview; every other one stays as it is. */
export function reviewed(edit: WorkspaceEdit): WorkspaceEdit {
  const asking = Object.values(edit.changeAnnotations ?? {}).find((each) => each.needsConfirmation);
  return asking ? previewed(edit, asking.label) : edit;
}
