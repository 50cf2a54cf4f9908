/** A lead through a bed with the shipped RPnet, in the pieces that an edge cuts; nobody asks for rhythms. */
import { cutPieces } from '../../../src/lib/signal/piece-cutter.js';
import { pieceFlags } from '../../../src/lib/signal/piece-flags.js';
import { ownSamples } from '../../../src/lib/signal/pieces.js';
import type { Lead } from '../../../src/lib/signal/types.js';
import type { AlarmChange } from '../../../src/lib/tasks/alarms/episode.js';
import { Bed } from '../../../src/lib/tasks/bed.js';
import { createInference } from '../../../src/lib/tasks/inference.js';
import { loadTaskNetworks } from '../../../src/lib/tasks/networks.js';
import { MODELS } from '../../models.js';

export const { rpnet } = await loadTaskNetworks(MODELS);
const inference = createInference({
  temperature: 1,
  run: (_, input, n) => Promise.resolve(rpnet.run(input, n)[0] ?? new Float32Array()),
});

interface Watched {
  /** Samples at 300 Hz. */
  readonly beats: readonly number[];
  /** Each with the second of the lead at which its piece closed. */
  readonly changes: readonly (Pick<AlarmChange, 'kind' | 'reason'> & { readonly at: number })[];
}

export async function watchLead(lead: Lead): Promise<Watched> {
  const bed = new Bed('bed-1');
  const beats: number[] = [];
  const changes: Watched['changes'][number][] = [];
  const { rate, gain, baseline } = lead;
  for (const piece of cutPieces(lead.samples, lead)) {
    const { start, length, firstIndex, closing } = piece;
    const segment = {
      stream: 'bed-1.1',
      epoch: 0,
      sequence: firstIndex,
      start,
      length,
      clockRate: 1,
      flags: pieceFlags(piece, { lead, last: false, deviceLeadOff: false }),
      closedAt: (1000 * closing) / rate,
      stretch: { start, length, firstIndex, rate, gain, baseline, samples: ownSamples(piece) },
    };
    const questions = { ...bed.take(segment), rhythm: undefined };
    const [map] = await inference.peaks(questions.peaks === undefined ? [] : [questions.peaks.input]);
    const result = bed.answer(segment, questions, { probabilities: undefined, map }, segment.closedAt);
    beats.push(...result.beats.peaks);
    for (const { kind, reason } of result.changes) changes.push({ kind, reason, at: closing / rate });
  }
  return { beats, changes };
}
