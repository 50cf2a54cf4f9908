/** Sends silence and fibrillation through every rung of the ladder, each forced: beats that come out were invented. */
import type { Rung } from '../../../lib/codec/ladder.js';
import type { PieceToEncode } from '../../../lib/codec/window-encoder.js';
import { MODEL_RATE, nativeIndex, WINDOW } from '../../../lib/signal/grid.js';
import { ModelRateReader } from '../../../lib/signal/model-rate.js';
import { wholePiece, type CutPiece } from '../../../lib/signal/pieces.js';
import { MISSING, type Lead } from '../../../lib/signal/types.js';
import { BeatTracker, DETECTION_SPAN, GUARD } from '../../../lib/tasks/beat-tracker.js';
import type { Span } from './annotated.js';
import type { System } from './system.js';

export interface InventedBeats {
  readonly windows: number;
  /** Windows sent losslessly, since the rung would have invented a beat, lost one, or made a clear one into noise. */
  readonly refused: number;
  readonly beats: number;
}

/**
 * Counts, by rung, the beats that RPnet finds in whole windows of a lead that have none. A forced rung takes every window in
 * which it invents no beat, even those that the edge would send losslessly. Windows with or next to a hole are left out.
 *
 * @param silence seconds without a beat
 */
export async function beatsByRung(lead: Lead, silence: Span, system: System): Promise<Map<string, InventedBeats>> {
  const stretches = wholeWindows(lead, silence).map((pieces) =>
    pieces.map((piece) => ({ piece, lead, stream: 'silence' })),
  );
  const found = new Map<string, InventedBeats>();
  for (const rung of system.ladder.rungs) {
    const total = { windows: 0, refused: 0, beats: 0 };
    for (const pieces of stretches) {
      const { windows, refused, beats } = await sendBy(pieces, rung, system);
      total.windows += windows;
      total.refused += refused;
      total.beats += beats;
    }
    found.set(rung.name, total);
  }
  return found;
}

async function sendBy(
  pieces: readonly PieceToEncode[],
  rung: Rung,
  { transmit, forced, inference }: System,
): Promise<InventedBeats> {
  const received = await transmit(pieces, forced(rung));
  const reader = new ModelRateReader();
  const signal = new Float32Array(pieces.length * WINDOW);
  received.forEach(({ of: { piece }, decoded }, i) => {
    signal.set(reader.read({ ...decoded, start: piece.start, length: piece.length }), i * WINDOW);
  });
  // Looks as the live stream does: at each new window and the samples before it.
  const ends = pieces.map((_, i) => (i + 1) * WINDOW);
  const froms = ends.map((end) => Math.max(0, end - DETECTION_SPAN));
  const inputs = ends.map((end, i) => signal.slice(froms[i], end));
  const maps = await inference.peaks(inputs);
  const tracker = new BeatTracker();
  tracker.restart(0, 0);
  const beats = ends.reduce((sum, end, i) => {
    const finalTo = i === ends.length - 1 ? end : end - GUARD;
    return sum + tracker.advance({ map: maps[i]!, millivolts: inputs[i]! }, froms[i]!, finalTo).peaks.length;
  }, 0);
  const refused = received.filter(({ code }) => code.rung.kind !== rung.kind).length;
  return { windows: pieces.length, refused, beats };
}

/** Grid windows within the span as the edge would cut them, neighbours grouped; none uses a missing sample. */
function wholeWindows({ samples, rate }: Lead, { from, to }: Span): CutPiece[][] {
  const stretches: CutPiece[][] = [[]];
  for (let window = Math.ceil((from * MODEL_RATE) / WINDOW); ; window++) {
    if (nativeIndex((window + 1) * WINDOW, rate) > to * rate) return stretches.filter((pieces) => pieces.length > 0);
    const piece = wholePiece(samples, window, rate);
    if (piece.samples.includes(MISSING)) stretches.push([]);
    else stretches.at(-1)!.push(piece);
  }
}
