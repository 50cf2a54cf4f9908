/** Times the first and second set-up of a fresh clone with an empty cache: `node bench/run.mjs setup`. Downloads count. */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeResult } from './result.js';

const folder = mkdtempSync(join(tmpdir(), 'dynamic-deep-setup-'));
const clone = join(folder, 'clone');
const env = { ...process.env, DYNAMIC_DEEP_CACHE: join(folder, 'cache'), npm_config_cache: join(folder, 'npm') };

/** Wall seconds of one set-up. */
function setup(): number {
  const started = performance.now();
  const run = spawnSync(process.execPath, ['scripts/setup.mjs'], { cwd: clone, env, stdio: 'inherit' });
  if (run.status !== 0) process.exit(run.status ?? 1);
  return Number(((performance.now() - started) / 1000).toFixed(1));
}

try {
  execFileSync('git', ['clone', '--quiet', '.', clone], { stdio: 'inherit' });
  const first = setup();
  writeResult('setup', { firstSeconds: first, secondSeconds: setup() });
} finally {
  rmSync(folder, { recursive: true, force: true });
}
