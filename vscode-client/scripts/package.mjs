// Makes flyteshift-<target>.vsix: node scripts/package.mjs [target ...], by default for this machine.
// The Python that collects the libraries is $PYTHON, else the checkout's .venv, else python3.
import { spawnSync } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';

const LARGEST = 15 * 1024 * 1024;
const targets = process.argv.length > 2 ? process.argv.slice(2) : [`${process.platform}-${process.arch}`];
const python = process.env.PYTHON ?? ['../.venv/bin/python', '../.venv/Scripts/python.exe'].find(existsSync) ?? 'python3';

function run(command, ...args) {
  const { status, error } = spawnSync(command, args, { stdio: ['ignore', 'inherit', 'inherit'] });
  if (status !== 0) {
    console.error(`${command} ${args.join(' ')} failed${error ? `: ${error.message}` : ''}`);
    process.exit(1);
  }
}

for (const target of targets) {
  const file = `flyteshift-${target}.vsix`;
  run(python, 'scripts/bundle.py', target);
  run(process.execPath, 'node_modules/@vscode/vsce/vsce', 'package', '--no-dependencies', '--target', target, '-o', file);
  const { size } = statSync(file);
  console.log(`${file}: ${(size / 1024 / 1024).toFixed(1)} MB`);
  if (size > LARGEST) {
    console.error(`${file} is larger than ${LARGEST / 1024 / 1024} MB`);
    process.exit(1);
  }
}
