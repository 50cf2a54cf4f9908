import { describe, expect, it } from 'vitest';
import { EpochBudget } from '../../../src/edge-producer/live/epoch-budget.js';
import { LiveStream } from '../../../src/edge-producer/live/live-stream.js';
import { edgeMetrics } from '../../../src/edge-producer/metrics.js';
import type { ClosedPiece } from '../../../src/edge-producer/streams.js';

const START = Date.UTC(2026, 0, 2);
const DECLARED = 130;
const SIZE = 13;

/** Packets of a device whose clock runs at `rate`, declared as 130 Hz. */
async function play(rate: number, seconds: number) {
  const metrics = edgeMetrics(['lossless'], '0.0.0');
  const pieces: ClosedPiece[] = [];
  const rates: number[] = [];
  const stream = new LiveStream({
    source: {
      ...{ stream: 'ward-3-001.1', device: 'ward-3-001' },
      lead: { name: 'II', gain: 200, baseline: 0, rate: DECLARED, calibrated: true },
    },
    modulus: undefined,
    afterEpoch: 0,
    budget: new EpochBudget(),
    tools: {
      beginEpoch: ({ lead }) => Promise.resolve(rates.push(lead.rate)),
      emit: (piece) => Promise.resolve(void pieces.push(piece)),
    },
    metrics,
  });
  for (let sequence = 0; sequence < (seconds * rate) / SIZE; sequence++) {
    const time = START + (1000 * sequence * SIZE) / rate;
    const samples = Int32Array.from({ length: SIZE }, (_, i) => (sequence * SIZE + i) % 100);
    await stream.take({ sequence, time, received: time, samples, leadOff: false });
  }
  const text = await metrics.registry.metrics();
  const of = (suffix: string): number =>
    Number(new RegExp(`^dynamic_deep_edge_rate_error_${suffix} (.*)$`, 'm').exec(text)?.[1]);
  // Pieces name the epoch that was begun last before them.
  expect(new Set(pieces.map(({ epoch, channel }) => `${epoch} ${channel}`)).size).toBe(rates.length);
  expect(pieces.every(({ channel }, i) => channel >= (pieces[i - 1]?.channel ?? 1))).toBe(true);
  return { rates, error: of('sum') / of('count'), observations: of('count') };
}

describe('the drift of a device’s clock', () => {
  it('of 131 Hz that is declared 130 is a metric, and the next epoch has the true rate', async () => {
    const { rates, error, observations } = await play(131, 240);
    expect(observations).toBeGreaterThan(1000);
    expect(error).toBeCloseTo(1 / 130, 3);
    expect(rates[0]).toBe(130);
    expect(rates[1]).toBeCloseTo(131, 1);
  });

  it('is 0 where the device keeps its rate, and unknown before 30 s', async () => {
    expect((await play(130, 60)).error).toBeCloseTo(0, 4);
    expect((await play(130, 25)).observations).toBe(0);
  });
});
