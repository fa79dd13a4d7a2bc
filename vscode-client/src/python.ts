/** Finding a Python that the server runs on. */

import { join } from 'node:path';

/** A Python that was asked for its version. */
export interface Python {
  /** The words that start it: `['python3']`, `['py', '-3']`. */
  command: string[];
  version: readonly [number, number];
  /** Where it came from, for the log. */
  from: string;
  /** True where `flyteshift` is installed in it. */
  hasServer: boolean;
}

export interface Candidate {
  command: string[];
  from: string;
}

/** Runs a program and gives what it prints; rejects where it cannot be started, fails or takes too long. */
export type Run = (command: readonly string[]) => Promise<string>;

/** The oldest Python that runs the server, and the newest that the bundle holds libraries for. */
export const OLDEST = [3, 10] as const;
export const NEWEST_BUNDLED = [3, 14] as const;

/** `-I` keeps the environment's PYTHONPATH and the folder of the project out of what is asked. */
const PROBE = [
  '-I',
  '-c',
  'import sys, importlib.util as u; print(*sys.version_info[:2], sys.implementation.name, u.find_spec("flyteshift") is not None)',
];

/** What to try where no interpreter was chosen, in this order. */
export function usualCandidates(platform: NodeJS.Platform): Candidate[] {
  const from = 'PATH';
  const numbered = [14, 13, 12, 11, 10].map((minor) => ({ command: [`python3.${minor}`], from }));
  if (platform === 'win32') {
    return [{ command: ['py', '-3'], from: 'the Python launcher' }, { command: ['python'], from }, { command: ['python3'], from }];
  }
  return [{ command: ['python3'], from }, ...numbered, { command: ['python'], from }];
}

/** The executable that a setting means: that of a virtual environment where it names the folder of one. */
export function executable(named: string, isFolder: boolean, platform: NodeJS.Platform): string {
  if (!isFolder) {
    return named;
  }
  return platform === 'win32' ? join(named, 'Scripts', 'python.exe') : join(named, 'bin', 'python');
}

/** Asks a Python who it is; null where it is none. */
export async function probe(candidate: Candidate, run: Run): Promise<Python | null> {
  const answer = await run([...candidate.command, ...PROBE]).catch(() => '');
  const match = /^(\d+) (\d+) (\w+) (True|False)\s*$/.exec(answer);
  if (match === null || match[3] !== 'cpython') {
    return null;
  }
  return { ...candidate, version: [Number(match[1]), Number(match[2])], hasServer: match[4] === 'True' };
}

/** The first of the candidates that will do; those that were looked at and refused are told. */
export async function firstUsable(
  candidates: readonly Candidate[],
  usable: (python: Python) => boolean,
  run: Run,
  tell: (line: string) => void,
): Promise<Python | null> {
  for (const candidate of candidates) {
    const found = await probe(candidate, run);
    const name = `${candidate.command.join(' ')} (${candidate.from})`;
    if (found === null) {
      tell(`${name}: not there, or not CPython`);
    } else if (!usable(found)) {
      tell(`${name}: Python ${shown(found.version)} will not do`);
    } else {
      return found;
    }
  }
  return null;
}

/** True where the bundled libraries run on a version. */
export function runsBundle(version: Python['version']): boolean {
  return atLeast(version, OLDEST) && atLeast(NEWEST_BUNDLED, version);
}

/** True where an installed server may run on a version. */
export function runsInstalled(version: Python['version']): boolean {
  return atLeast(version, OLDEST);
}

export function shown(version: readonly [number, number]): string {
  return version.join('.');
}

function atLeast(version: readonly [number, number], least: readonly [number, number]): boolean {
  return version[0] > least[0] || (version[0] === least[0] && version[1] >= least[1]);
}
