/** What the extension asks of the server beside the Language Server Protocol. Only this file knows these names. */

import type { Location, WorkspaceEdit } from 'vscode-languageserver-protocol';

/** The keys in the `data` of code actions that migrate a module, and the part of it around the cursor. */
export const MIGRATE_MODULE = 'migrate-module';
export const MIGRATE_PART = 'migrate-part';

/** The same for a workflow with everything it calls in other files; the name of the workflow follows behind a colon. */
export const MIGRATE_UNIT = 'migrate-unit';

/** Command of the server: plan all files that can be migrated. Answers with a `WorkspaceEdit`, or applies it itself. */
export const MIGRATE_WORKSPACE = 'flyteshift.migrateWorkspace';

/** Request: the workflows of the workspace, `{}` → `Workflows`. */
export const WORKFLOWS = 'flyteshift/workflows';

/** Request: the page of a rule or symbol, `{ key }` → `Explanation`. */
export const EXPLAIN = 'flyteshift/explain';

export type State = 'ready' | 'needs you' | 'migrated';

/** Why a workflow stays Flyte 1, and where that is. */
export interface Reason {
  message: string;
  location: Location;
}

/** One workflow; `location` is that of its name. */
export interface Workflow {
  name: string;
  kind: string;
  state: State;
  location: Location;
  /** How many tasks and workflows migrate with it, itself not counted. */
  calls: number;
  reasons: Reason[];
}

export interface Workflows {
  workflows: Workflow[];
  /** Files that use Flyte 1. */
  files: number;
  /** Those of them that can be migrated. */
  ready: number;
}

export interface Explanation {
  markdown: string | null;
  /** Keys that look like an unknown one. */
  nearest: string[];
}

/** True where a code action came from flyteshift and does what the key says. */
export function does(action: unknown, key: string): boolean {
  const data = (action as { data?: { key?: unknown } } | null)?.data;
  return data?.key === key || (key === MIGRATE_UNIT && String(data?.key).startsWith(`${key}:`));
}

/** The edit in a command's answer; null where the server has applied it. */
export function editOf(answer: unknown): WorkspaceEdit | null {
  const edit = answer as WorkspaceEdit | null;
  return edit !== null && typeof edit === 'object' && ('documentChanges' in edit || 'changes' in edit) ? edit : null;
}
