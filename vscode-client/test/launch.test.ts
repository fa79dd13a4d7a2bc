import assert from 'node:assert/strict';
import { test } from 'node:test';

import { CannotLaunch, launch, type Wishes } from '../src/launch';
import type { Run } from '../src/python';

const LAUNCHER = '/ext/bundled/launcher.py';
const WISHES: Wishes = { path: [], importStrategy: 'useBundled', candidates: [{ command: ['python3'], from: 'PATH' }], launcher: LAUNCHER };
const answers = (answer: string): Run => async () => answer;
const silent = () => {};

test('the bundled server sees nothing of the user: no variables, no site-packages, no project', async () => {
  const found = await launch(WISHES, answers('3 12 cpython True'), silent);
  assert.equal(found.command, 'python3');
  assert.deepEqual(found.args, ['-I', '-S', '-u', LAUNCHER]);
  assert.equal(found.label, 'bundled server, Python 3.12 (PATH)');
});

test('words before the program stay in front', async () => {
  const candidates = [{ command: ['py', '-3'], from: 'the Python launcher' }];
  const found = await launch({ ...WISHES, candidates }, answers('3 13 cpython False'), silent);
  assert.deepEqual([found.command, ...found.args], ['py', '-3', '-I', '-S', '-u', LAUNCHER]);
});

test('the installed server where it is wished for and there', async () => {
  const found = await launch({ ...WISHES, importStrategy: 'fromEnvironment' }, answers('3 15 cpython True'), silent);
  assert.deepEqual(found.args, ['-u', '-m', 'flyteshift', 'server']);
  assert.equal(found.note, undefined);
});

test('where it is wished for and not there the bundled one runs, and the user hears of it', async () => {
  const found = await launch({ ...WISHES, importStrategy: 'fromEnvironment' }, answers('3 12 cpython False'), silent);
  assert.deepEqual(found.args, ['-I', '-S', '-u', LAUNCHER]);
  assert.match(found.note ?? '', /not installed/);
});

test('a command of the user is taken as it is, and no Python is asked', async () => {
  const run: Run = () => assert.fail('a Python was asked');
  const found = await launch({ ...WISHES, path: ['/opt/flyteshift', 'server'] }, run, silent);
  assert.deepEqual([found.command, ...found.args], ['/opt/flyteshift', 'server']);
});

test('without a Python that is new enough the user reads which one is needed', async () => {
  await assert.rejects(launch(WISHES, answers('3 8 cpython False'), silent), (error) => {
    assert.ok(error instanceof CannotLaunch);
    assert.match(error.message, /Python 3\.10/);
    assert.match(error.message, /flyteshift\.interpreter/);
    return true;
  });
});

test('a package without a bundle uses the installed server', async () => {
  const found = await launch({ ...WISHES, launcher: null }, answers('3 12 cpython True'), silent);
  assert.deepEqual(found.args, ['-u', '-m', 'flyteshift', 'server']);
  await assert.rejects(launch({ ...WISHES, launcher: null }, answers('3 12 cpython False'), silent), /pip install flyteshift/);
});
