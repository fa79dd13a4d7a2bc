/** The entry in the editor's language status: what runs, or what went wrong. */

import * as vscode from 'vscode';

export class Status implements vscode.Disposable {
  private readonly item = vscode.languages.createLanguageStatusItem('flyteshift', { language: 'python' });

  constructor() {
    this.item.name = 'flyteshift';
  }

  starting(): void {
    this.set('flyteshift: starting', '', vscode.LanguageStatusSeverity.Information, true);
  }

  running(label: string, version: string | undefined, note?: string): void {
    const severity = note ? vscode.LanguageStatusSeverity.Warning : vscode.LanguageStatusSeverity.Information;
    this.set(`flyteshift ${version ?? ''}`.trim(), note ?? label, severity);
    this.item.command = { title: 'Show log', command: 'flyteshift.showLog' };
  }

  stopped(why: string): void {
    this.set('flyteshift: not running', why, vscode.LanguageStatusSeverity.Error);
    this.item.command = { title: 'Restart', command: 'flyteshift.restart' };
  }

  dispose(): void {
    this.item.dispose();
  }

  private set(text: string, detail: string, severity: vscode.LanguageStatusSeverity, busy = false): void {
    Object.assign(this.item, { text, detail, severity, busy });
  }
}
