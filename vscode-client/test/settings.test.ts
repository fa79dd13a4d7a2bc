import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';

import { declared, explicit, type Layers, NEEDS_RESTART, ONLY_CLIENT } from '../src/settings';

const PACKAGE = JSON.parse(readFileSync('package.json', 'utf8'));

test('defaults are not sent: they would win over pyproject.toml', () => {
  const inspected: Layers & { defaultValue: string } = { defaultValue: 'parallel' };
  assert.deepEqual(explicit(['orchestration'], () => inspected), {});
});

test('the value nearest to the file wins', () => {
  const layers: Record<string, Layers> = {
    a: { globalValue: 1, workspaceValue: 2, workspaceFolderValue: 3 },
    b: { globalValue: 1, workspaceValue: 2 },
    c: { globalValue: false },
    d: { globalValue: null },
  };
  assert.deepEqual(explicit(Object.keys(layers), (key) => layers[key]), { a: 3, b: 2, c: false });
});

test('an unknown setting is no setting', () => {
  assert.deepEqual(explicit(['nothing'], () => undefined), {});
});

test('what the extension treats specially is declared', () => {
  const keys = declared(PACKAGE);
  for (const key of [...ONLY_CLIENT, ...NEEDS_RESTART.map((each) => each.replace('flyteshift.', ''))]) {
    assert.ok(keys.includes(key), key);
  }
});

test('settings that name programs cannot come from an untrusted workspace', () => {
  const restricted: string[] = PACKAGE.capabilities.untrustedWorkspaces.restrictedConfigurations;
  assert.deepEqual([...restricted].sort(), [...NEEDS_RESTART].sort());
});
