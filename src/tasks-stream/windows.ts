/** The wire's windows as the signal library sees them. */
import type { Stretch } from '../lib/signal/model-rate.js';
import type { SignalWindow } from '../lib/wire/index.js';

export function stretchOf(window: SignalWindow): Stretch {
  const { start, length, rate, firstIndex, gain, baseline } = window;
  return { start, length, rate, firstIndex, gain, baseline, samples: int16(window.samples) };
}

/** Little-endian int16 whatever the machine and the buffer's alignment. */
function int16(bytes: Buffer): Int16Array {
  const samples = new Int16Array(bytes.length >> 1);
  for (let i = 0; i < samples.length; i++) samples[i] = bytes.readInt16LE(2 * i);
  return samples;
}

/** Device clock, milliseconds UTC, of model-rate sample `index` of an epoch. */
export function deviceTime(epoch: number, index: number): number {
  return epoch + (1000 * index) / 300;
}
