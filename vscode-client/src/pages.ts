/** Pages of Markdown that are shown rendered. They are files of the extension's own, so that their links work. */

import { relative, sep } from 'node:path';

import * as vscode from 'vscode';

export class Pages {
  constructor(private readonly folder: vscode.Uri) {}

  /** Shows a page under a title; an open one of that title is replaced. */
  async show(title: string, markdown: string): Promise<void> {
    const uri = vscode.Uri.joinPath(this.folder, `${title.replace(/[^\w .()-]/g, ' ')}.md`);
    await vscode.workspace.fs.createDirectory(this.folder);
    await vscode.workspace.fs.writeFile(uri, new TextEncoder().encode(markdown));
    await vscode.commands.executeCommand('markdown.showPreview', uri);
  }

  /** The target of a link from a page to a line, which counts from 1. */
  link(uri: string, line: number): string {
    const path = relative(this.folder.fsPath, vscode.Uri.parse(uri).fsPath).split(sep).join('/');
    return `${encodeURI(path).replaceAll('(', '%28').replaceAll(')', '%29')}#L${line}`;
  }
}
