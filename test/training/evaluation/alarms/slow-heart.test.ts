import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { boundsOfPolicy } from '../../../../src/lib/certification/policy.js';
import { readShippedPolicy } from '../../../../src/lib/policy/index.js';
import { readRecording } from '../../../../src/lib/signal/wfdb/index.js';
import { ADULT_LIMITS } from '../../../../src/lib/tasks/alarms/limits.js';
import { watchBed } from '../../../../src/training/evaluation/alarms/chain.js';
import { loadSystem } from '../../../../src/training/evaluation/alarms/system.js';
import { MODELS } from '../../../models.js';

/** Lead V1 of MIT-BIH 113: sinus rhythm at 57 a minute, low R waves, tall T waves. No interval is longer than 1.2 s. */
const recording = await readRecording(
  fileURLToPath(new URL('../../../fixtures/slow-heart/mitdb-113-v1', import.meta.url)),
);
const shipped = boundsOfPolicy((await readShippedPolicy()).policy);

describe('a slow heart that the ladder sends', () => {
  it.each([
    ['the shipped bounds', shipped],
    ['loose bounds', { rhythm: 0.75, peaks: 0.1, reconstruction: Infinity }],
  ])(
    'stays one under %s: no false asystole, no false extreme bradycardia',
    async (_, bounds) => {
      const system = await loadSystem(MODELS);
      const { raises, carried } = await watchBed(recording, { system, bounds, limits: ADULT_LIMITS });
      const grave = raises.filter(({ kind }) => kind === 'asystole' || kind === 'extreme-bradycardia');
      expect(grave).toEqual([]);
      // Sent losslessly it would prove nothing.
      const all = [...carried.values()].reduce((sum, samples) => sum + samples, 0);
      expect(carried.get('lossless')! / all).toBeLessThan(0.5);
    },
    120_000,
  );
});
