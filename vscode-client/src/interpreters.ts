/** What the Python extension and the settings say about interpreters. Works without the Python extension. */

import { statSync } from 'node:fs';

import { PythonExtension } from '@vscode/python-extension';
import * as vscode from 'vscode';

import { type Candidate, executable, usualCandidates } from './python';

/** The Pythons to try, best first. In an untrusted workspace none that lies in it. */
export async function candidates(): Promise<Candidate[]> {
  const named = vscode.workspace.getConfiguration('flyteshift').get<string | null>('interpreter');
  const chosen = named ? [{ command: [executable(named, isFolder(named), process.platform)], from: 'flyteshift.interpreter' }] : [];
  const selected = await selectedInterpreter();
  const theirs = selected ? [{ command: [selected], from: 'the Python extension' }] : [];
  return [...chosen, ...theirs, ...usualCandidates(process.platform)].filter((each) => mayRun(each.command[0] ?? ''));
}

/** The executable that the Python extension has selected for a resource, if that extension is there. */
export async function selectedInterpreter(resource?: vscode.Uri): Promise<string | undefined> {
  const api = await pythonApi();
  if (api === undefined) {
    return undefined;
  }
  const scope = resource ?? vscode.workspace.workspaceFolders?.[0]?.uri;
  const environment = await api.environments.resolveEnvironment(api.environments.getActiveEnvironmentPath(scope));
  const path = environment?.executable.uri?.fsPath;
  return path && mayRun(path) ? path : undefined;
}

/** Calls back whenever another interpreter is selected. */
export async function onInterpreterChange(changed: (path: string) => void): Promise<vscode.Disposable> {
  const api = await pythonApi();
  return api?.environments.onDidChangeActiveEnvironmentPath((event) => changed(event.path)) ?? new vscode.Disposable(() => {});
}

async function pythonApi(): Promise<PythonExtension | undefined> {
  if (vscode.extensions.getExtension('ms-python.python') === undefined) {
    return undefined;
  }
  try {
    return await PythonExtension.api();
  } catch {
    return undefined; // it is there and broken: we go on without it
  }
}

function mayRun(path: string): boolean {
  return vscode.workspace.isTrusted || vscode.workspace.getWorkspaceFolder(vscode.Uri.file(path)) === undefined;
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}
