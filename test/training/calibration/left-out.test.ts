import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, vi } from 'vitest';
import { RECORD } from '../../../src/lib/signal/grid.js';
import { writeRecording } from '../../../src/lib/signal/wfdb/index.js';
import { calibrate } from '../../../src/training/calibration/calibrate.js';
import { MODELS } from '../../models.js';

it('calibrate leaves out a record that is damaged, and one that no lossy rung carries; without another it says why', async () => {
  const to = await mkdtemp(join(tmpdir(), 'calibrate-left-out-'));
  const samples = new Int32Array(RECORD).fill(32_000);
  const lead = { name: 'I', rate: 300, gain: 0.1, baseline: 0, calibrated: true, samples };
  await writeRecording(to, { name: 'odd', rate: 300, leads: [lead], warnings: [] });
  await writeFile(join(to, 'bad.hea'), 'bad one 300\n');
  const policy = join(to, 'policy.json');
  await writeFile(policy, JSON.stringify({ bounds: { rhythm: 5, peaks: 2 } }));
  const said = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  const refused = calibrate({
    records: to,
    policy: [policy],
    alpha: 0.5,
    delta: 0.05,
    json: join(to, 'out.json'),
    models: MODELS,
    predictor: 'synthesis',
    tasks: [],
    taus: [1],
    split: [],
    part: undefined,
    allowSeen: false,
    work: join(to, 'work'),
    program: '0.0.0',
  });
  await expect(refused).rejects.toMatchObject({
    code: 'DATA_INVALID',
    message: `no record of ${to} can be played: bad: bad.hea: the number of signals is not a whole number`,
  });
  expect(said.mock.calls.map(([line]) => String(line))).toContainEqual(expect.stringContaining('bad is left out'));
  said.mockRestore();
}, 120_000);
