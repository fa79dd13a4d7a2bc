import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';

import { type Candidate, executable, firstUsable, probe, type Run, runsBundle, usualCandidates } from '../src/python';

const PATH = 'PATH';
const candidate = (name: string): Candidate => ({ command: [name], from: PATH });

/** A machine on which these programs answer so. */
export function machine(answers: Record<string, string>): Run {
  return async ([name = '']) => {
    const answer = answers[name];
    if (answer === undefined) {
      throw new Error(`${name}: not found`);
    }
    return answer;
  };
}

test('a Python says its version and whether the server is installed', async () => {
  const found = await probe(candidate('python3'), machine({ python3: '3 12 cpython True\r\n' }));
  assert.deepEqual(found, { command: ['python3'], from: PATH, version: [3, 12], hasServer: true });
});

for (const answer of ['', 'Python was not found; run without arguments to install from the Microsoft Store', '3 11 pypy False']) {
  test(`what is no CPython is passed over: ${answer || 'silence'}`, async () => {
    assert.equal(await probe(candidate('python'), machine({ python: answer })), null);
  });
}

test('the project and its environment variables have no say when a Python is asked', async () => {
  let asked: readonly string[] = [];
  await probe(candidate('python3'), async (command) => {
    asked = command;
    return '';
  });
  assert.equal(asked[1], '-I');
});

test('the first that will do is taken, and the log says why others were not', async () => {
  const lines: string[] = [];
  const run = machine({ old: '3 9 cpython False', good: '3 11 cpython False', later: '3 13 cpython False' });
  const names = ['missing', 'old', 'good', 'later'].map(candidate);
  const found = await firstUsable(names, (p) => runsBundle(p.version), run, (line) => lines.push(line));
  assert.deepEqual(found?.command, ['good']);
  assert.match(lines[0] ?? '', /missing .*not there/);
  assert.match(lines[1] ?? '', /old .*3\.9/);
  assert.equal(lines.length, 2);
});

test('versions that the bundle holds libraries for', () => {
  const versions: [number, number][] = [[2, 7], [3, 9], [3, 10], [3, 14], [3, 15], [4, 0]];
  assert.deepEqual(versions.map(runsBundle), [false, false, true, true, false, false]);
});

test('Windows asks its launcher first, others never do', () => {
  assert.deepEqual(usualCandidates('win32')[0]?.command, ['py', '-3']);
  assert.ok(usualCandidates('linux').every((each) => each.command.length === 1));
});

test('a folder means the environment in it', () => {
  assert.equal(executable('/p/.venv', true, 'linux'), join('/p/.venv', 'bin', 'python'));
  assert.equal(executable('/p/.venv', true, 'win32'), join('/p/.venv', 'Scripts', 'python.exe'));
  assert.equal(executable('/usr/bin/python3', false, 'linux'), '/usr/bin/python3');
});
