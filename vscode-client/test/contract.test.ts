import assert from 'node:assert/strict';
import { test } from 'node:test';

import { does, editOf, MIGRATE_MODULE } from '../src/contract';

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
