/** Turns pieces into segments: the code that the library chose, sequence, flags and, for audited records, a lossless twin. */
import { PREDICTED_TASKS } from '../lib/codec/latents.js';
import {
  encodePieceCodes,
  losslessCode,
  type PieceCode,
  type WindowEncoderOptions,
} from '../lib/codec/window-encoder.js';
import { FLAG } from '../lib/signal/flags.js';
import { pieceFlags } from '../lib/signal/piece-flags.js';
import type { Segment } from '../lib/wire/index.js';
import type { RecordRule } from './record-rules.js';
import type { ClosedPiece } from './streams.js';

export interface EncodedPiece {
  readonly closed: ClosedPiece;
  /** Without `ageMs`, which is known only when the frame is sent. */
  readonly segment: Omit<Segment, 'ageMs'>;
  /** Predicted errors of the chosen rung; audited segments carry them as `predicted`. Null if no predictor ran. */
  readonly predicted: number[] | null;
  readonly rung: string;
  readonly nominalGain: number | null;
  /** The lossless twin; undefined if the record is not audited. */
  readonly audit: Omit<Segment, 'ageMs'> | undefined;
}

export interface SegmentEncoderOptions extends Omit<WindowEncoderOptions, 'bounds'> {
  /** Returns the rule of the record that contains model sample `start` of an epoch; pieces of a stream come in order. */
  readonly ruleOf: (stream: string, epoch: number, start: number) => RecordRule;
}

/** Encodes a batch; the whole windows among the pieces share one run of the networks. */
export async function encodePieces(
  pieces: readonly ClosedPiece[],
  options: SegmentEncoderOptions,
): Promise<EncodedPiece[]> {
  const toEncode = pieces.map((closed) => {
    const { piece, source, epoch } = closed;
    const rule = options.ruleOf(source.stream, epoch, piece.start);
    return { closed, rule, piece, stream: source.stream, epoch, lead: source.lead, limits: rule.limits };
  });
  return (await encodePieceCodes(toEncode, options)).map(({ of, code }) => {
    const { closed, piece, rule } = of;
    const { source, epoch, sequence } = closed;
    const { audited, tasksOnOriginal, policyVersion } = rule;
    const { last, deviceLeadOff, clockStepped } = closed;
    const ofRecord = (audited ? FLAG.AUDITED : 0) | (tasksOnOriginal ? FLAG.TASKS_ON_ORIGINAL : 0);
    const ofPiece = pieceFlags(piece, { lead: source.lead, last, deviceLeadOff });
    const flags = ofPiece | ofRecord | (clockStepped ? FLAG.CLOCK_STEPPED : 0);
    // Calibration compares predictions with true errors, which exist for audited records only.
    const segmentOf = ({ rung, payload, predicted }: PieceCode): Omit<Segment, 'ageMs'> => ({
      stream: source.stream,
      epoch,
      sequence,
      start: piece.start,
      length: piece.length,
      rung: rung.index,
      policyVersion,
      flags,
      predicted: audited ? inOrder(predicted) : null,
      payload: Buffer.from(payload),
    });
    const audit = audited ? segmentOf(losslessCode(of, options.ladder)) : undefined;
    const { name, nominalGain } = code.rung;
    return { closed, segment: segmentOf(code), predicted: inOrder(code.predicted), rung: name, nominalGain, audit };
  });
}

function inOrder(predicted: PieceCode['predicted']): number[] | null {
  return predicted === undefined ? null : PREDICTED_TASKS.map((task) => predicted[task]);
}
