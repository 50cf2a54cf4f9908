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
  /** Place of the rung that the newest went by; undefined where it went losslessly. */
  readonly rung: number | undefined;
}

/** Windows before the newest: with it they are a record, the classifier's context. */
const KEPT = WINDOWS_PER_RECORD - 1;

export class SentHistory {
  readonly #past = new Map<string, Past>();

  /** Contiguous windows of the stream before model sample `start`; none after a gap or where it began. */
  before(
    stream: string,
    start: number,
  ): { readonly windows: readonly PastWindow[]; readonly rung: number | undefined } {
    const past = this.#past.get(stream);
    return past?.end === start ? past : { windows: [], rung: past?.rung };
  }

  /** `sent` is what the decoder gives back: the original where the window went losslessly. */
  add(stream: string, start: number, window: PastWindow & { readonly rung: number | undefined }): void {
    const { windows } = this.before(stream, start);
    const { original, sent, rung } = window;
    this.#past.set(stream, { windows: [...windows, { original, sent }].slice(-KEPT), end: start + WINDOW, rung });
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
