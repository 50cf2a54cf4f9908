/** Flags of a piece, from its samples. Edge and evaluations both use this. */
import { FLAG } from './flags.js';
import type { CutPiece } from './pieces.js';
import { assessQuality } from './quality.js';
import type { Lead } from './types.js';

export interface PieceContext {
  readonly lead: Pick<Lead, 'rate' | 'gain' | 'rails'>;
  /** True for the last piece of a stream that ended as it should. */
  readonly last: boolean;
  readonly deviceLeadOff: boolean;
}

export function pieceFlags(piece: CutPiece, { lead, last, deviceLeadOff }: PieceContext): number {
  const from = piece.firstIndex - piece.samplesFirst;
  const own = piece.samples.subarray(from, from + piece.count);
  const quality = assessQuality(own, { ...lead, deviceLeadOff });
  return (
    (last ? FLAG.LAST : 0) |
    (quality.leadOff ? FLAG.LEAD_OFF : 0) |
    (quality.saturated ? FLAG.SATURATED : 0) |
    (quality.noisy ? FLAG.NOISY : 0) |
    (quality.constant ? FLAG.CONSTANT : 0) |
    (piece.gap && !last ? FLAG.MISSING : 0)
  );
}
