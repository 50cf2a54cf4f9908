/** What went before a window: its stream's last windows, as they were and as they were sent. */
import { WINDOW, WINDOWS_PER_RECORD } from '../signal/grid.js';

interface PastWindow {
  readonly original: Float32Array;
  readonly sent: Float32Array;
}

/** Where a window stands. */
interface WindowPlace {
  readonly stream: string;
  readonly epoch?: number;
  /** Model sample of the epoch. */
  readonly start: number;
}

interface Past {
  readonly epoch: number | undefined;
  readonly windows: readonly PastWindow[];
  /** Model sample that follows the newest. */
  readonly end: number;
}

/** Windows before the newest: with it they are a record, the classifier's context. */
const KEPT = WINDOWS_PER_RECORD - 1;

export class SentHistory {
  readonly #past = new Map<string, Past>();

  /** Contiguous windows of the stream's epoch before this one; none after a gap or where the epoch began. */
  before({ stream, epoch, start }: WindowPlace): readonly PastWindow[] {
    const past = this.#past.get(stream);
    return past?.end === start && past.epoch === epoch ? past.windows : [];
  }

  /** `sent` is what the decoder gives back: the original where the window went losslessly. */
  add(place: WindowPlace, window: PastWindow): void {
    const { stream, epoch, start } = place;
    const windows = [...this.before(place), window].slice(-KEPT);
    this.#past.set(stream, { epoch, windows, end: start + WINDOW });
  }
}

/** Windows one after another. */
export function joined(windows: readonly Float32Array[]): Float32Array {
  const out = new Float32Array(windows.length * WINDOW);
  windows.forEach((window, i) => {
    out.set(window, i * WINDOW);
  });
  return out;
}
