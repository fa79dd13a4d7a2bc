/** The tree *Flyte 2 migration* as plain data. */

import type { Location } from 'vscode-languageserver-protocol';

import type { State, Workflow, Workflows } from './contract';

export interface Group {
  kind: 'group';
  state: State;
  label: string;
  children: Leaf[];
}

export interface Leaf {
  kind: 'workflow';
  workflow: Workflow;
  label: string;
  description: string;
  tooltip: string;
  children: Why[];
}

export interface Why {
  kind: 'reason';
  label: string;
  location: Location;
}

export type Node = Group | Leaf | Why;

const ORDER: readonly [State, string][] = [
  ['ready', 'Ready to migrate'],
  ['needs you', 'Needs you'],
  ['migrated', 'Migrated'],
];

/** Workflows by state, in the order of names; states without workflows are left out. */
export function tree(found: Workflows, shownPath: (uri: string) => string): Group[] {
  return ORDER.flatMap(([state, label]) => {
    const children = found.workflows
      .filter((each) => each.state === state)
      .map((each) => leaf(each, shownPath))
      .sort((a, b) => a.label.localeCompare(b.label) || a.description.localeCompare(b.description));
    return children.length ? [{ kind: 'group' as const, state, label: `${label} (${children.length})`, children }] : [];
  });
}

/** "3 of 12 migrated", beside the view's title. */
export function progress(found: Workflows): string {
  const done = found.workflows.filter((each) => each.state === 'migrated').length;
  return found.workflows.length ? `${done} of ${found.workflows.length} migrated` : '';
}

function leaf(workflow: Workflow, shownPath: (uri: string) => string): Leaf {
  const path = shownPath(workflow.location.uri);
  const calls = workflow.calls === 0 ? '' : workflow.calls === 1 ? ', calls 1 task' : `, calls ${workflow.calls} tasks`;
  return {
    kind: 'workflow',
    workflow,
    label: workflow.name,
    description: path,
    tooltip: [`${workflow.kind} ${workflow.name}${calls}`, path, ...workflow.reasons.map((each) => `• ${each.message}`)].join('\n'),
    children: workflow.reasons.map((each) => ({ kind: 'reason', label: each.message, location: each.location })),
  };
}
