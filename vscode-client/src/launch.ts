/** How the server is started. */

import { type Candidate, firstUsable, type Python, type Run, runsBundle, runsInstalled, shown } from './python';

export interface Wishes {
  /** `flyteshift.path`: a whole command, or nothing. */
  path: readonly string[];
  importStrategy: 'useBundled' | 'fromEnvironment';
  /** The Pythons to try, best first: the chosen one, the Python extension's, those on PATH. */
  candidates: readonly Candidate[];
  /** The bundle's launcher; null where this package holds no bundle for the machine. */
  launcher: string | null;
}

export interface Launch {
  command: string;
  args: string[];
  /** What the status item and the log say: "bundled server, Python 3.12 (PATH)". */
  label: string;
  /** What the user should know though it works. */
  note?: string;
}

/** There is no way to start the server; the message says what to do. */
export class CannotLaunch extends Error {}

/**
 * The bundled server is started with `-I -S`: no PYTHON* variables, no folder of the project, no site-packages of the
 * user or of the interpreter. Its launcher then puts the bundle's own libraries first.
 */
const ISOLATED = ['-I', '-S', '-u'];

/** The command that starts the server. Throws CannotLaunch. */
export async function launch(wishes: Wishes, run: Run, tell: (line: string) => void): Promise<Launch> {
  const [command, ...args] = wishes.path;
  if (command !== undefined) {
    return { command, args, label: `server of flyteshift.path: ${wishes.path.join(' ')}` };
  }
  const wantsInstalled = wishes.importStrategy === 'fromEnvironment' || wishes.launcher === null;
  if (wantsInstalled) {
    const python = await firstUsable(wishes.candidates, (p) => p.hasServer && runsInstalled(p.version), run, tell);
    if (python !== null) {
      return started(python, ['-u', '-m', 'flyteshift', 'server'], 'installed server');
    }
    if (wishes.launcher === null) {
      throw new CannotLaunch(
        'This build of the extension has no server for your platform. Install it with `pip install flyteshift` into the selected Python 3.10 or newer.',
      );
    }
    tell('flyteshift is installed in none of these: the bundled server is used');
  }
  const python = await firstUsable(wishes.candidates, (p) => runsBundle(p.version), run, tell);
  if (python === null || wishes.launcher === null) {
    throw new CannotLaunch(
      'flyteshift needs Python 3.10 to 3.14 to run on and found none. Install one, or name it in the setting `flyteshift.interpreter`.',
    );
  }
  const found = started(python, [...ISOLATED, wishes.launcher], 'bundled server');
  return wantsInstalled ? { ...found, note: '`flyteshift` is not installed in your interpreter: the bundled server runs instead.' } : found;
}

function started(python: Python, args: string[], what: string): Launch {
  const [command = '', ...before] = python.command;
  return { command, args: [...before, ...args], label: `${what}, Python ${shown(python.version)} (${python.from})` };
}
