import { FLAG } from '../../src/lib/signal/flags.js';
import type { SignalWindow } from '../../src/lib/wire/index.js';
import { nativeIndex, WINDOW } from '../../src/lib/signal/grid.js';

export const EPOCH = Date.UTC(2026, 0, 2);

/** A lossless audited window of a native signal of 200 units a millivolt around 1024. */
export function nativeWindow(
  sequence: number,
  native: Int16Array,
  rate: number,
  over: Partial<SignalWindow> = {},
): SignalWindow {
  const start = sequence * WINDOW;
  const firstIndex = nativeIndex(start, rate);
  const samples = native.slice(firstIndex, nativeIndex(start + WINDOW, rate));
  return {
    stream: 'bed-7.1',
    device: 'bed-7',
    lead: 'II',
    epoch: EPOCH,
    sequence,
    start,
    length: WINDOW,
    rate,
    firstIndex,
    gain: 200,
    baseline: 1024,
    samples: bytesOf(samples),
    rung: 'lossless',
    lossless: true,
    policyVersion: 0,
    flags: FLAG.AUDITED,
    nativeBytes: 2 * samples.length,
    payloadBytes: samples.length,
    predicted: null,
    closedAt: EPOCH,
    sentAt: EPOCH + 500,
    decodedAt: EPOCH + 600,
    clockRate: 1,
    source: { topic: 'ecg.segments', partition: 0, offset: sequence },
    model: '0123456789abcdef',
    ...over,
  };
}

/** A lossy window: steps of 5 microvolts at 300 Hz. */
export function lossyWindow(
  sequence: number,
  millivolts: Float32Array,
  over: Partial<SignalWindow> = {},
): SignalWindow {
  const start = sequence * WINDOW;
  const samples = Int16Array.from(millivolts.subarray(start, start + WINDOW), (v) => Math.round(v * 200));
  return nativeWindow(sequence, new Int16Array(20_000), 300, {
    gain: 200,
    baseline: 0,
    samples: bytesOf(samples),
    rung: 'paper-32',
    lossless: false,
    payloadBytes: 40,
    predicted: [0.25, 0.0625],
    ...over,
  });
}

function bytesOf(samples: Int16Array): Buffer {
  const bytes = Buffer.alloc(2 * samples.length);
  samples.forEach((value, i) => bytes.writeInt16LE(value, 2 * i));
  return bytes;
}
