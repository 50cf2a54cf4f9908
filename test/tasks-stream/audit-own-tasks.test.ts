import { describe, expect, it } from 'vitest';
import type { TaskBounds } from '../../src/lib/codec/choose.js';
import { tasksViolated } from '../../src/lib/codec/violated-bounds.js';
import { STEP } from '../../src/lib/signal/grid.js';
import { joinStretches } from '../../src/lib/signal/model-rate.js';
import type { Inference } from '../../src/lib/tasks/inference.js';
import { decode, encode } from '../../src/lib/wire/index.js';
import { evaluateAudit } from '../../src/tasks-stream/audit-evaluation.js';
import type { AuditPair } from '../../src/tasks-stream/audit-pairs.js';
import { stretchOf } from '../../src/tasks-stream/windows.js';
import { temporaryFolder } from '../lib/model/tiny.js';
import { moduleFolder, opened } from '../lib/tasks/own/tasks.js';
import { EPOCH, lossyWindow, nativeWindow } from './windows.js';

const inference: Inference = {
  rhythm: (rows) => Promise.resolve(rows.map((row) => new Float32Array((row.length / STEP) * 4).fill(0.25))),
  peaks: (rows) => Promise.resolve(rows.map(({ length }) => new Float32Array(length).fill(1))),
};
const folder = await temporaryFolder();
const failing = { name: 'failing' };
const ownTasks = await opened([
  await moduleFolder(folder),
  await moduleFolder(folder, failing, 'export default () => { throw new Error("no"); };'),
]);
const native = Int16Array.from({ length: 9000 }, (_, i) => 100 * Math.sin(i / 40));
const originals = [0, 1, 2, 3, 4].map((i) => nativeWindow(i, native, 300));
const raised = joinStretches(originals.map(stretchOf)).map((v) => v + 0.3);
const pair: AuditPair = {
  stream: 'bed-7.1',
  device: 'bed-7',
  epoch: EPOCH,
  record: 0,
  originals,
  decoded: originals.map((_, i) => lossyWindow(i, raised)),
};
const audited = async (tasks: TaskBounds['tasks'], own = ownTasks) =>
  evaluateAudit(['COMPLETE', pair], inference, {
    bounds: { rhythm: 9, peaks: 9, ...(tasks && { tasks }) },
    ownTasks: own,
    models: { rhythm: 'ab', peaks: 'cd', ...own.hashes },
    now: EPOCH + 1000,
    source: { topic: 'ecg.originals', partition: 1, offset: 7 },
  });

describe('the audit of tasks of one’s own', () => {
  it('has the error of each that is loaded, by name, and the bounds that were in force', async () => {
    const result = await audited({ mean: 0.35 });
    expect(Object.keys(result.taskErrors ?? {})).toEqual(['failing', 'mean']);
    expect(result.taskErrors?.['mean']).toBeCloseTo(0.3, 2);
    expect(result.bounds.tasks).toEqual({ mean: 0.35 });
    expect(result.models['mean']).toBe(ownTasks.hashes['mean']);
    expect(decode('ecg.audit-results', encode('ecg.audit-results', result))).toEqual(result);
  });

  it('is a violation above a bound, and where an error is none, as of the shipped tasks', async () => {
    const mean = await opened([await moduleFolder(folder)]);
    expect(await audited({ mean: 0.35 }, mean)).toMatchObject({ violated: false });
    expect(await audited({ mean: 0.25 }, mean)).toMatchObject({ violated: true });
    const failed = await audited({ mean: 0.35 });
    expect(failed).toMatchObject({ violated: true, taskErrors: { failing: null } });
    expect(tasksViolated(failed, { rhythm: 9, peaks: 9, tasks: { mean: 0.35 } })).toEqual(['own']);
  });

  it('is a violation where a bounded task is not loaded: nothing shows that the bound was kept', async () => {
    const none = await opened([]);
    expect(await audited({ pvc: 1 }, none)).toMatchObject({ violated: true, taskErrors: { pvc: null } });
    expect(await audited(undefined, none)).toMatchObject({
      violated: false,
      taskErrors: null,
      bounds: { tasks: null },
    });
  });
});
