import { execFileSync } from 'node:child_process';
import { expect, it } from 'vitest';

it('every figure in the documents is that of the committed results and manifests', () => {
  expect(execFileSync(process.execPath, ['scripts/figures.mjs', '--check'], { encoding: 'utf8' })).toBe('');
}, 180_000);
