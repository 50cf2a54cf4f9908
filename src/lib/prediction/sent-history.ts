/** What went before a window: its stream's last windows, as they were and as they were sent. */
import { WINDOW, WINDOWS_PER_RECORD } from '../signal/grid.js';

interface PastWindow {
  readonly original: Float32Array;
  readonly sent: Float32Array;
}

interface Past {
  readonly windows: readonly PastWindow[];
  /** Model sample that follows the newest. */
  readonly end: number;
}

/** Windows before the newest: with it they are a record, the classifier's context. */
const KEPT = WINDOWS_PER_RECORD - 1;

export class SentHistory {
  readonly #past = new Map<string, Past>();

  /** Contiguous windows of the stream before model sample `start`; none after a gap or where it began. */
  before(stream: string, start: number): readonly PastWindow[] {
    const past = this.#past.get(stream);
    return past?.end === start ? past.windows : [];
  }

  /** `sent` is what the decoder gives back: the original where the window went losslessly. */
  add(stream: string, start: number, window: PastWindow): void {
    const windows = [...this.before(stream, start), window].slice(-KEPT);
    this.#past.set(stream, { windows, end: start + WINDOW });
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
