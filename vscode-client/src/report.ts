/** The readiness report: what the tree shows, as a page to read, copy and send. */

import type { State, Workflow, Workflows } from './contract';

/** Markdown; links are the editor's where `link` gives them (lines count from 1 there). */
export function report(found: Workflows, shownPath: (uri: string) => string, link: (uri: string, line: number) => string): string {
  const of = (state: State) => found.workflows.filter((each) => each.state === state);
  const total = found.workflows.length;
  if (total === 0 && found.files === 0) {
    return '# Flyte 2 readiness\n\nNo Flyte 1 code was found in this workspace.\n';
  }
  const counts = `${of('migrated').length} of ${plural(total, 'workflow')} migrated, ${of('ready').length} ready, ${of('needs you').length} need you.`;
  const files = `${plural(found.files, 'file')} with Flyte 1; ${found.ready} of them can be migrated as a whole now.`;
  return [
    '# Flyte 2 readiness',
    `${counts}\n${files}`,
    ...section('Ready to migrate', of('ready'), shownPath, link),
    ...section('Needs you', of('needs you'), shownPath, link),
    ...section('Migrated', of('migrated'), shownPath, link),
    '',
  ].join('\n\n');
}

function section(title: string, workflows: Workflow[], shownPath: (uri: string) => string, link: (uri: string, line: number) => string): string[] {
  if (workflows.length === 0) {
    return [];
  }
  const rows = workflows.map((each) => {
    const line = each.location.range.start.line + 1;
    const head = `- **${each.name}** (${each.kind}) in [${shownPath(each.location.uri)}:${line}](${link(each.location.uri, line)})`;
    const reasons = each.reasons.map((reason) => {
      const at = reason.location.range.start.line + 1;
      return `  - [line ${at}](${link(reason.location.uri, at)}): ${reason.message}`;
    });
    return [head, ...reasons].join('\n');
  });
  return [`## ${title}`, rows.join('\n')];
}

function plural(count: number, word: string): string {
  return count === 1 ? `1 ${word}` : `${count} ${word}s`;
}
