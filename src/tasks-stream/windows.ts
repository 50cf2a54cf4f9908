/** Converts windows of the wire to the types of the signal library and the tasks. */
import type { Stretch } from '../lib/signal/model-rate.js';
import type { TaskSegment } from '../lib/tasks/segment.js';
import type { SignalWindow } from '../lib/wire/index.js';

export function segmentOf(window: SignalWindow): TaskSegment {
  const { stream, epoch, sequence, start, length, flags, closedAt, clockRate } = window;
  return { stream, epoch, sequence, start, length, flags, closedAt, clockRate, stretch: stretchOf(window) };
}

export function stretchOf(window: SignalWindow): Stretch {
  const { start, length, rate, firstIndex, gain, baseline } = window;
  return { start, length, rate, firstIndex, gain, baseline, samples: int16(window.samples) };
}

/** Reads little-endian int16 samples whatever the machine's byte order and the buffer's alignment. */
function int16(bytes: Buffer): Int16Array {
  const samples = new Int16Array(bytes.length >> 1);
  for (let i = 0; i < samples.length; i++) samples[i] = bytes.readInt16LE(2 * i);
  return samples;
}
