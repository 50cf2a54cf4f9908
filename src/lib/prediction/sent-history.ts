/** Remembers the last windows of each stream, as recorded and as sent. */
import { WINDOW, WINDOWS_PER_RECORD } from '../signal/grid.js';

interface PastWindow {
  readonly original: Float32Array;
  readonly sent: Float32Array;
}

/** Position of a window in its stream. */
interface WindowPlace {
  readonly stream: string;
  readonly epoch?: number;
  /** Index of its first sample in the epoch, at 300 Hz. */
  readonly start: number;
}

interface Past {
  readonly epoch: number | undefined;
  readonly windows: readonly PastWindow[];
  /** Index of the sample after the newest window, at 300 Hz. */
  readonly end: number;
}

/** Number of windows kept: together with the newest they are a record, the classifier's context. */
const KEPT = WINDOWS_PER_RECORD - 1;

export class SentHistory {
  readonly #past = new Map<string, Past>();

  /** Returns the contiguous windows before this one in its epoch, oldest first; none after a gap or at the epoch's start. */
  before({ stream, epoch, start }: WindowPlace): readonly PastWindow[] {
    const past = this.#past.get(stream);
    return past?.end === start && past.epoch === epoch ? past.windows : [];
  }

  /** Adds a window. `sent` is what the decoder reconstructs: the original if the window went losslessly. */
  add(place: WindowPlace, window: PastWindow): void {
    const { stream, epoch, start } = place;
    const windows = [...this.before(place), window].slice(-KEPT);
    this.#past.set(stream, { epoch, windows, end: start + WINDOW });
  }
}

/** Concatenates windows. */
export function joined(windows: readonly Float32Array[]): Float32Array {
  const out = new Float32Array(windows.length * WINDOW);
  windows.forEach((window, i) => {
    out.set(window, i * WINDOW);
  });
  return out;
}
