/** One bed through the chain: native samples -> pieces -> rung and payload -> decoded -> tasks and rules -> alarms. */
import type { Bounds } from '../../../lib/codec/choose.js';
import type { AskHaste } from '../../../lib/signal/haste.js';
import { pieceFlags } from '../../../lib/signal/piece-flags.js';
import { cutPiecesAsking } from '../../../lib/signal/piece-cutter.js';
import type { CutPiece } from '../../../lib/signal/pieces.js';
import type { Lead, Recording } from '../../../lib/signal/types.js';
import type { AlarmChange } from '../../../lib/tasks/alarms/episode.js';
import type { AlarmLimits } from '../../../lib/tasks/alarms/limits.js';
import { Bed } from '../../../lib/tasks/bed.js';
import type { TaskSegment } from '../../../lib/tasks/segment.js';
import { chainSeconds } from './budget.js';
import type { Raise } from './score.js';
import type { System } from './system.js';

export interface WatchOptions {
  readonly system: System;
  /** Bounds under which rungs are chosen. */
  readonly bounds: Bounds;
  readonly limits: AlarmLimits;
}

export interface Watched {
  readonly raises: readonly Raise[];
  /** Samples at 300 Hz that each rung carried. */
  readonly carried: ReadonlyMap<string, number>;
}

interface Sent {
  readonly piece: CutPiece;
  readonly lead: Lead;
  readonly stream: string;
  readonly sequence: number;
  readonly last: boolean;
  /** Seconds of device time at which the piece could be sent, and whether RPnet was asked at its end. */
  readonly at: number;
  readonly asked: boolean;
}

/** Pieces that are encoded, decoded and asked about together; bounds memory. */
const BATCH = 32;
/** Device clock at the first sample, milliseconds UTC; the value does not matter. */
const EPOCH = Date.UTC(2026, 0, 1);

export async function watchBed({ leads }: Recording, options: WatchOptions): Promise<Watched> {
  const { system, bounds, limits } = options;
  const bed = new Bed('evaluation', { limits: () => limits });
  const pieces = await Promise.all(leads.map((lead, index) => piecesOf(lead, index, options)));
  const sent = pieces.flat().sort((a, b) => a.at - b.at);
  const choice = { ladder: system.ladder, bounds, ...system.predictor(bounds) };
  const raises: Raise[] = [];
  const carried = new Map<string, number>();
  for (let first = 0; first < sent.length; first += BATCH) {
    const received = await system.transmit(sent.slice(first, first + BATCH), choice);
    const asked = received.map(({ of, code, decoded }) => {
      carried.set(code.rung.name, (carried.get(code.rung.name) ?? 0) + of.piece.length);
      const { start, length } = of.piece;
      const segment: TaskSegment = {
        stream: of.stream,
        epoch: EPOCH,
        sequence: of.sequence,
        start,
        length,
        flags: pieceFlags(of.piece, { lead: of.lead, last: of.last, deviceLeadOff: false }),
        closedAt: wallOf(of),
        clockRate: 1,
        stretch: { ...decoded, start, length },
      };
      return { of, segment, questions: bed.take(segment) };
    });
    const ask = (task: 'rhythm' | 'peaks'): Float32Array[] =>
      asked.flatMap(({ questions }) => (questions[task] === undefined ? [] : [questions[task].input]));
    const probabilities = (await system.inference.rhythm(ask('rhythm')))[Symbol.iterator]();
    const maps = (await system.inference.peaks(ask('peaks')))[Symbol.iterator]();
    for (const { of, segment, questions } of asked) {
      const answers = {
        probabilities: questions.rhythm === undefined ? undefined : (probabilities.next().value ?? undefined),
        map: questions.peaks === undefined ? undefined : (maps.next().value ?? undefined),
      };
      const { changes } = bed.answer(segment, questions, answers, wallOf(of));
      acknowledge(bed, changes, wallOf(of));
      for (const { kind, reason } of changes) {
        if (reason === 'ONSET') raises.push({ kind, at: of.at, chain: chainSeconds(of.piece.urgent, of.asked) });
      }
    }
  }
  return { raises, carried };
}

async function piecesOf(
  lead: Lead,
  index: number,
  { system: { secondOpinion }, limits }: WatchOptions,
): Promise<Sent[]> {
  const asked = new Set<number>();
  const ask: AskHaste | undefined =
    secondOpinion &&
    ((question) => {
      asked.add(question.first + question.samples.length);
      return secondOpinion(question, lead, limits);
    });
  const pieces: CutPiece[] = [];
  for await (const piece of cutPiecesAsking(lead.samples, lead, ask)) pieces.push(piece);
  return pieces.map((piece, sequence) => ({
    piece,
    lead,
    sequence,
    stream: `evaluation.${index + 1}`,
    last: sequence === pieces.length - 1,
    at: piece.closing / lead.rate,
    asked: asked.has(piece.firstIndex + piece.count),
  }));
}

function wallOf({ at }: Sent): number {
  return EPOCH + 1000 * at;
}

/** Acknowledges latched alarms, each of which would hide the next of its kind. */
function acknowledge(bed: Bed, changes: readonly AlarmChange[], wall: number): void {
  for (const { id, state } of changes) {
    if (state !== 'LATCHED') continue;
    bed.command({ action: 'ACKNOWLEDGE', alarm: id, kind: null, pauseMs: null, author: 'evaluation', at: wall }, wall);
  }
}
