/** The view *Flyte 2 migration*. */

import * as vscode from 'vscode';

import { WORKFLOWS, type State, type Workflows } from './contract';
import type { Session } from './session';
import { type Node, progress, tree } from './tree';

const GREETED = 'greeted';
const ICONS: Record<State, vscode.ThemeIcon> = {
  ready: new vscode.ThemeIcon('rocket', new vscode.ThemeColor('charts.green')),
  'needs you': new vscode.ThemeIcon('warning', new vscode.ThemeColor('charts.yellow')),
  migrated: new vscode.ThemeIcon('pass', new vscode.ThemeColor('charts.blue')),
};

export class WorkflowsView implements vscode.TreeDataProvider<Node>, vscode.Disposable {
  /** What was last heard of the server. */
  known: Workflows = { workflows: [], files: 0, ready: 0 };

  private readonly changes = new vscode.EventEmitter<void>();
  private readonly view: vscode.TreeView<Node>;
  private readonly listener: vscode.Disposable;
  private asking: Promise<void> | undefined;
  private again = false;
  readonly onDidChangeTreeData = this.changes.event;

  constructor(
    private readonly session: Session,
    private readonly memory: vscode.Memento,
  ) {
    this.view = vscode.window.createTreeView('flyteshift.workflows', { treeDataProvider: this, showCollapseAll: false });
    this.listener = session.onChange(() => void this.refresh());
  }

  /** Asks the server anew; calls while it answers lead to one more question. */
  async refresh(): Promise<void> {
    this.again = true;
    this.asking ??= (async () => {
      while (this.again) {
        this.again = false;
        await this.ask();
      }
    })().finally(() => (this.asking = undefined));
    await this.asking;
  }

  getTreeItem(node: Node): vscode.TreeItem {
    if (node.kind === 'group') {
      return new vscode.TreeItem(node.label, vscode.TreeItemCollapsibleState.Expanded);
    }
    const state = node.kind === 'workflow' && node.children.length ? vscode.TreeItemCollapsibleState.Collapsed : vscode.TreeItemCollapsibleState.None;
    const item = new vscode.TreeItem(node.label, state);
    const location = node.kind === 'workflow' ? node.workflow.location : node.location;
    item.command = { title: 'Open', command: 'vscode.open', arguments: [vscode.Uri.parse(location.uri), { selection: range(location.range) }] };
    if (node.kind === 'workflow') {
      item.description = node.description;
      item.tooltip = node.tooltip;
      item.iconPath = ICONS[node.workflow.state];
      item.contextValue = node.workflow.state;
    } else {
      item.tooltip = node.label;
      item.iconPath = new vscode.ThemeIcon('arrow-small-right');
    }
    return item;
  }

  getChildren(node?: Node): Node[] {
    if (node === undefined) {
      return tree(this.known, shownPath);
    }
    return node.kind === 'reason' ? [] : node.children;
  }

  dispose(): void {
    this.listener.dispose();
    this.view.dispose();
    this.changes.dispose();
  }

  private async ask(): Promise<void> {
    const found = await this.session.ask<Workflows>(WORKFLOWS, {});
    if (found === undefined) {
      return;
    }
    this.known = found;
    this.view.description = progress(found);
    await vscode.commands.executeCommand('setContext', 'flyteshift.known', true);
    this.changes.fire();
    void this.greet();
  }

  /** Says once in a workspace that something can be done here. */
  private async greet(): Promise<void> {
    const ready = this.known.workflows.filter((each) => each.state === 'ready').length;
    if (ready === 0 || this.memory.get(GREETED)) {
      return;
    }
    await this.memory.update(GREETED, true);
    const what = ready === 1 ? '1 Flyte 1 workflow here is' : `${ready} Flyte 1 workflows here are`;
    if (await vscode.window.showInformationMessage(`${what} ready to migrate to Flyte 2.`, 'Show Workflows')) {
      await vscode.commands.executeCommand('flyteshift.workflows.focus');
    }
  }
}

/** A path as users know it: from the workspace folder, with the folder's name where there are several. */
export function shownPath(uri: string): string {
  return vscode.workspace.asRelativePath(vscode.Uri.parse(uri));
}

export function range(value: { start: { line: number; character: number }; end: { line: number; character: number } }): vscode.Range {
  return new vscode.Range(value.start.line, value.start.character, value.end.line, value.end.character);
}
