import assert from 'node:assert/strict';
import { test } from 'node:test';

import type { AnnotatedTextEdit, TextDocumentEdit, WorkspaceEdit } from 'vscode-languageserver-protocol';

import { confirmed, does, editOf, MIGRATE_MODULE } from '../src/contract';

const range = { start: { line: 0, character: 0 }, end: { line: 0, character: 4 } };
const edits = (edit: WorkspaceEdit) => (edit.documentChanges ?? []).flatMap((each) => (each as TextDocumentEdit).edits) as AnnotatedTextEdit[];

test('every change waits for consent, whatever form the edit has', () => {
  const plain: WorkspaceEdit = { changes: { 'file:///a.py': [{ range, newText: 'x' }] } };
  const versioned: WorkspaceEdit = { documentChanges: [{ textDocument: { uri: 'file:///a.py', version: 3 }, edits: [{ range, newText: 'x' }] }] };
  for (const edit of [plain, versioned]) {
    const made = confirmed(edit, 'Migrate');
    for (const each of edits(made)) {
      assert.equal(made.changeAnnotations?.[each.annotationId]?.needsConfirmation, true);
    }
    assert.equal(edits(made).length, 1);
  }
});

test('the notes of the server stay', () => {
  const edit: WorkspaceEdit = {
    documentChanges: [{ textDocument: { uri: 'file:///a.py', version: 3 }, edits: [{ range, newText: 'x', annotationId: 'review' }] }],
    changeAnnotations: { review: { label: 'One point to review', description: 'Line 4', needsConfirmation: false } },
  };
  const made = confirmed(edit, 'Migrate');
  assert.equal(edits(made)[0]?.annotationId, 'review');
  assert.deepEqual(made.changeAnnotations?.['review'], { label: 'One point to review', description: 'Line 4', needsConfirmation: true });
});

test('the version of a document stays, so that no edit is made to another text', () => {
  const edit: WorkspaceEdit = { documentChanges: [{ textDocument: { uri: 'file:///a.py', version: 3 }, edits: [] }] };
  assert.equal((confirmed(edit, '').documentChanges?.[0] as TextDocumentEdit).textDocument.version, 3);
});

test('the edit that it was given is not changed', () => {
  const edit: WorkspaceEdit = { changes: { 'file:///a.py': [{ range, newText: 'x' }] } };
  const before = structuredClone(edit);
  confirmed(edit, 'Migrate');
  assert.deepEqual(edit, before);
});

test('actions of others are told apart', () => {
  assert.equal(does({ data: { key: MIGRATE_MODULE } }, MIGRATE_MODULE), true);
  for (const other of [null, {}, { data: null }, { data: { key: 'migrate-part' } }, { title: MIGRATE_MODULE }]) {
    assert.equal(does(other, MIGRATE_MODULE), false);
  }
});

test('an answer that is no edit is none', () => {
  for (const other of [null, undefined, true, 'done', {}, []]) {
    assert.equal(editOf(other), null);
  }
  assert.ok(editOf({ documentChanges: [] }));
});
