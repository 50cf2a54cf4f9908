/** A virtual environment with the requirements of the Python example, kept in the cache folder between runs. */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

import { runToEnd } from './processes.js';

const INSTALL_MS = 300_000;

/** Path of the environment's python. Built anew where the requirements have changed since. */
export async function pythonWith(requirements: string): Promise<string> {
  const cache = process.env['DYNAMIC_DEEP_CACHE'] ?? join(homedir(), '.cache', 'dynamic-deep');
  const folder = join(cache, 'examples-python');
  const stamp = join(folder, 'requirements.sha256');
  const wanted = createHash('sha256').update(readFileSync(requirements)).digest('hex');
  const python = join(folder, 'bin', 'python');
  // The interpreter behind it may have been removed with another Python.
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted && existsSync(python)) return python;
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(cache, { recursive: true });
  await succeed('python3', ['-m', 'venv', folder]);
  const quiet = ['-q', '--disable-pip-version-check', '--no-cache-dir'];
  await succeed(python, ['-m', 'pip', 'install', ...quiet, '-r', requirements]);
  writeFileSync(stamp, wanted);
  return python;
}

async function succeed(command: string, args: string[]): Promise<void> {
  const { code, stderr } = await runToEnd(command, args, INSTALL_MS);
  if (code !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${String(code)}:\n${stderr}`);
}
