import assert from 'node:assert/strict';
import { test } from 'node:test';

import type { AnnotatedTextEdit, TextDocumentEdit, WorkspaceEdit } from 'vscode-languageserver-protocol';

import { previewed, reviewed } from '../src/preview';

const range = { start: { line: 3, character: 0 }, end: { line: 3, character: 4 } };
const PLAIN: WorkspaceEdit = { changes: { 'file:///a.py': [{ range, newText: 'x' }] } };
const ANNOTATED: WorkspaceEdit = {
  documentChanges: [{ textDocument: { uri: 'file:///a.py', version: 3 }, edits: [{ range, newText: 'x', annotationId: 'review' }] }],
  changeAnnotations: { review: { label: 'One point to review', description: 'Line 4', needsConfirmation: true } },
};
const parts = (edit: WorkspaceEdit) => (edit.documentChanges ?? []) as TextDocumentEdit[];
const edits = (edit: WorkspaceEdit) => parts(edit).flatMap((each) => each.edits) as AnnotatedTextEdit[];

for (const [name, edit] of Object.entries({ PLAIN, ANNOTATED })) {
  test(`only a change of nothing waits for consent, so that all others are ticked: ${name}`, () => {
    const made = previewed(edit, 'Migrate');
    const waiting = edits(made).filter((each) => made.changeAnnotations?.[each.annotationId]?.needsConfirmation);
    assert.deepEqual(waiting.map((each) => each.newText), ['']);
    assert.equal(waiting[0]?.range.start.line, waiting[0]?.range.end.line);
    assert.deepEqual(edits(made).filter((each) => each.newText).map((each) => each.newText), ['x']);
  });
}

test('the notes of the server stay', () => {
  const made = previewed(ANNOTATED, 'Migrate');
  assert.equal(edits(made)[1]?.annotationId, 'review');
  assert.equal(made.changeAnnotations?.['review']?.description, 'Line 4');
  assert.match(made.changeAnnotations?.['flyteshift-preview']?.description ?? '', /Line 4/);
});

test('the version of a document stays, so that no edit is made to another text', () => {
  assert.deepEqual(parts(previewed(ANNOTATED, '')).map((each) => each.textDocument.version), [3, 3]);
});

test('the edit that it was given is not changed', () => {
  const before = structuredClone(ANNOTATED);
  previewed(ANNOTATED, 'Migrate');
  assert.deepEqual(ANNOTATED, before);
});

test('what the server does not ask for has no preview', () => {
  assert.equal(reviewed(PLAIN), PLAIN);
  const silent: WorkspaceEdit = { ...ANNOTATED, changeAnnotations: { review: { label: 'Note', needsConfirmation: false } } };
  assert.equal(reviewed(silent), silent);
  assert.notEqual(reviewed(ANNOTATED), ANNOTATED);
});

test('an edit without changes stays as it is', () => {
  for (const edit of [{}, { changes: {} }, { documentChanges: [] }]) {
    assert.equal(previewed(edit, ''), edit);
  }
});
