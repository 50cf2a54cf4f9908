import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { boundsOfPolicy } from '../../../../src/lib/certification/policy.js';
import { Network } from '../../../../src/lib/model/network.js';
import { loadRpnet } from '../../../../src/lib/model/task-models.js';
import { MODEL_RATE } from '../../../../src/lib/signal/grid.js';
import { readShippedPolicy } from '../../../../src/lib/policy/index.js';
import { readRecording } from '../../../../src/lib/signal/wfdb/index.js';
import { ADULT_LIMITS } from '../../../../src/lib/tasks/alarms/limits.js';
import { detectPeaks } from '../../../../src/lib/tasks/detect-peaks.js';
import { peaksOfLead } from '../../../../src/lib/tasks/lead-peaks.js';
import { watchBed } from '../../../../src/training/evaluation/alarms/chain.js';
import { loadSystem } from '../../../../src/training/evaluation/alarms/system.js';
import { MODELS } from '../../../models.js';

/** Inverted beats at 187 a minute, which an RPnet did not see whose F1 on MIT-BIH was right. */
const recording = await readRecording(fileURLToPath(new URL('../../../fixtures/fast-heart/A00229', import.meta.url)));

it('finds the beats of a heart at 187 a minute', async () => {
  const rpnet = new Network((await loadRpnet(MODELS)).network);
  const beats = peaksOfLead(recording.leads[0]!, (millivolts) => detectPeaks(millivolts, rpnet));
  // Before and behind it the electrodes move.
  const seconds = Array.from(beats, (beat) => beat / MODEL_RATE).filter((at) => at > 1.5 && at < 8.8);
  const intervals = seconds.slice(1).map((at, i) => at - seconds[i]!);
  expect(seconds.length).toBeGreaterThanOrEqual(22);
  expect(Math.min(...intervals)).toBeGreaterThan(0.25);
  expect(Math.max(...intervals)).toBeLessThan(0.4);
});

it('raises extreme tachycardia for it and no asystole, through compression', async () => {
  const bounds = boundsOfPolicy((await readShippedPolicy()).policy);
  const { raises } = await watchBed(recording, { system: await loadSystem(MODELS), bounds, limits: ADULT_LIMITS });
  const kinds = raises.map(({ kind }) => kind);
  expect(kinds).toContain('extreme-tachycardia');
  expect(kinds).not.toContain('asystole');
}, 60_000);
