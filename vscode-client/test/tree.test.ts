import assert from 'node:assert/strict';
import { test } from 'node:test';

import type { State, Workflow, Workflows } from '../src/contract';
import { report } from '../src/report';
import { progress, tree } from '../src/tree';

const at = (line: number, uri = 'file:///p/flows.py') => ({ uri, range: { start: { line, character: 4 }, end: { line, character: 8 } } });
const workflow = (name: string, state: State, more: Partial<Workflow> = {}): Workflow => ({
  name, state, kind: 'workflow', location: at(3), calls: 0, reasons: [], ...more,
});
const found = (...workflows: Workflow[]): Workflows => ({ workflows, files: 2, ready: 1 });
const path = (uri: string) => uri.replace('file:///p/', '');
const link = (uri: string, line: number) => `${uri}#L${line}`;
const BLOCKED = workflow('nightly', 'needs you', { reasons: [{ message: '`LaunchPlan` has no place.', location: at(7) }] });

test('workflows stand by state, then by name', () => {
  const groups = tree(found(workflow('b', 'ready'), workflow('a', 'migrated'), workflow('a', 'ready'), BLOCKED), path);
  assert.deepEqual(
    groups.map((each) => [each.label, each.children.map((child) => child.label)]),
    [['Ready to migrate (2)', ['a', 'b']], ['Needs you (1)', ['nightly']], ['Migrated (1)', ['a']]],
  );
});

test('states without workflows are not shown', () => {
  assert.deepEqual(tree(found(), path), []);
  assert.equal(tree(found(workflow('a', 'ready')), path).length, 1);
});

test('a reason leads to its own place', () => {
  const [group] = tree(found(BLOCKED), path);
  const [why] = group?.children[0]?.children ?? [];
  assert.equal(why?.label, '`LaunchPlan` has no place.');
  assert.equal(why?.location.range.start.line, 7);
});

test('what migrates with a workflow is told', () => {
  const tooltip = (calls: number) => tree(found(workflow('wf', 'ready', { calls })), path)[0]?.children[0]?.tooltip ?? '';
  assert.match(tooltip(3), /calls 3 tasks/);
  assert.match(tooltip(1), /calls 1 task\n/);
  assert.doesNotMatch(tooltip(0), /calls/);
});

test('progress counts what is done', () => {
  assert.equal(progress(found(workflow('a', 'ready'), workflow('b', 'migrated'))), '1 of 2 migrated');
  assert.equal(progress(found()), '');
});

test('the report names each workflow with its place and each reason with its line', () => {
  const text = report(found(workflow('daily', 'ready'), BLOCKED), path, link);
  assert.match(text, /0 of 2 workflows migrated, 1 ready, 1 need you/);
  assert.match(text, /\*\*daily\*\* \(workflow\) in \[flows\.py:4\]\(file:\/\/\/p\/flows\.py#L4\)/);
  assert.match(text, /\[line 8\]\(file:\/\/\/p\/flows\.py#L8\): `LaunchPlan` has no place\./);
  assert.doesNotMatch(text, /## Migrated/);
});

test('a workspace without Flyte 1 gets a report that says so', () => {
  assert.match(report({ workflows: [], files: 0, ready: 0 }, path, link), /No Flyte 1 code/);
});
