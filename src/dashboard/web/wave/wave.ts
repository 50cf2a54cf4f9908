/** Windows of one stream, ready for drawing. */
import type { WindowHeader } from '../../protocol.js';

const MODEL_RATE = 300;

export interface Wave extends WindowHeader {
  readonly samples: Int16Array;
  /** Device ms of the window's start, of its end, and of the first of `samples`. */
  readonly startAt: number;
  readonly endAt: number;
  readonly firstAt: number;
}

/** Parses a binary message of the server. */
export function parseWave(message: ArrayBuffer): Wave {
  const head = new DataView(message).getUint32(0, true);
  const header = JSON.parse(new TextDecoder().decode(new Uint8Array(message, 4, head))) as WindowHeader;
  const { epoch, start, length, firstIndex, rate } = header;
  return {
    ...header,
    samples: new Int16Array(message, 4 + head),
    startAt: epoch + (1000 * start) / MODEL_RATE,
    endAt: epoch + (1000 * (start + length)) / MODEL_RATE,
    firstAt: epoch + (1000 * firstIndex) / rate,
  };
}

export function millivolt({ gain, baseline }: Wave, sample: number): number {
  return (sample - baseline) / gain;
}

/** True if `next` begins at the index at which `wave` ends; only then does a line join them. */
export function follows(next: Wave, wave: Wave): boolean {
  return next.epoch === wave.epoch && next.start === wave.start + wave.length;
}

/** Inserts a window in order; false if it is held already. Drops windows that end more than `keepMs` before the newest. */
export function addWave(waves: Wave[], wave: Wave, keepMs: number): boolean {
  let at = waves.length;
  while (at > 0) {
    const before = waves[at - 1];
    if (before === undefined || before.epoch < wave.epoch) break;
    if (before.epoch === wave.epoch && before.sequence === wave.sequence) return false;
    if (before.epoch === wave.epoch && before.sequence < wave.sequence) break;
    at--;
  }
  waves.splice(at, 0, wave);
  dropOlder(waves, keepMs);
  return true;
}

/** Drops windows that end more than `keepMs` of device time before the newest. */
export function dropOlder(waves: Wave[], keepMs: number): void {
  const newest = waves.at(-1)?.endAt ?? 0;
  while ((waves[0]?.endAt ?? Infinity) < newest - keepMs) waves.shift();
}
