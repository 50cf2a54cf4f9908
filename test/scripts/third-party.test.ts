import { spawnSync } from 'node:child_process';
import { expect, it } from 'vitest';

it('THIRD-PARTY.md lists what package-lock.json installs', () => {
  const { status, stderr } = spawnSync(process.execPath, ['scripts/third-party.mjs', '--check'], { encoding: 'utf8' });
  expect(stderr).toBe('');
  expect(status).toBe(0);
});
