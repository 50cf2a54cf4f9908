/** Result of compressing: counted while segments are written, shown as text and JSON. */
import type { Bounds } from '../../lib/codec/choose.js';
import type { CertifiedBy } from '../../lib/certification/certificate.js';
import type { PieceCode } from '../../lib/codec/window-encoder.js';
import type { CutPiece } from '../../lib/signal/pieces.js';

export interface LeadFigures {
  readonly record: string;
  readonly lead: string;
  /** Hz. */
  readonly rate: number;
  /** Number of present samples; `missing` counts the others. */
  readonly samples: number;
  readonly missing: number;
  readonly nativeBytes: number;
  readonly payloadBytes: number;
  /** Percent, mean removed, native rate; null if it was not measured, or a constant line was not kept exactly. */
  readonly prdn: number | null;
}

export interface Summary {
  readonly records: number;
  readonly leads: readonly LeadFigures[];
  /** Forced rung, if any. */
  readonly rung: string | null;
  readonly predictor: 'synthesis' | 'dense' | null;
  readonly bounds: Bounds | null;
  /** Certificate of the bounds; null if there is none, so that everything went losslessly, or if a rung was forced. */
  readonly certified: CertifiedBy | null;
  /** SHA-256 of the codec's manifest. */
  readonly model: string;
  /** 2 bytes per present sample. */
  readonly nativeBytes: number;
  readonly payloadBytes: number;
  readonly fileBytes: number;
  readonly payloadGainTotal: number | null;
  readonly fileGainTotal: number | null;
  readonly segments: number;
  /** Share of the signal's length that each rung of the ladder carries. */
  readonly rungShares: Readonly<Record<string, number>>;
  /** Lossless segments: pieces of windows and urgent windows here, other whole windows in `losslessWindows`. */
  readonly losslessPieces: number;
  readonly losslessWindows: number;
  /** Seconds of all leads together; the two ratios below are wall time divided by it. */
  readonly signalSeconds: number;
  readonly compressTimeRatio: number | null;
  readonly verifyTimeRatio: number | null;
}

export class Tally {
  readonly #length = new Map<string, number>();
  readonly #payload = new Map<string, number>();
  segments = 0;
  losslessPieces = 0;
  losslessWindows = 0;

  constructor(rungs: readonly string[]) {
    for (const rung of rungs) this.#length.set(rung, 0);
  }

  add(lead: string, { length, whole, urgent }: CutPiece, { rung, payload }: PieceCode): void {
    this.segments++;
    this.#length.set(rung.name, (this.#length.get(rung.name) ?? 0) + length);
    this.#payload.set(lead, this.payloadBytes(lead) + payload.length);
    if (rung.kind !== 'lossless') return;
    if (whole && !urgent) this.losslessWindows++;
    else this.losslessPieces++;
  }

  payloadBytes(lead: string): number {
    return this.#payload.get(lead) ?? 0;
  }

  get rungShares(): Record<string, number> {
    const total = [...this.#length.values()].reduce((a, b) => a + b, 0);
    return Object.fromEntries([...this.#length].map(([rung, length]) => [rung, total === 0 ? 0 : length / total]));
  }
}

/** Returns a / b; null if b is 0. */
export function ratio(a: number, b: number): number | null {
  return b === 0 ? null : a / b;
}

export function summaryText(summary: Summary): string {
  const { nativeBytes, payloadBytes, fileBytes, payloadGainTotal, fileGainTotal, segments } = summary;
  const gain = (value: number | null): string => value?.toFixed(2) ?? '-';
  const shares = Object.entries(summary.rungShares)
    .filter(([, share]) => share > 0)
    .map(([rung, share]) => `${rung} ${(100 * share).toFixed(1)}%`);
  const how =
    summary.bounds === null
      ? `rung ${summary.rung ?? ''} throughout`
      : choiceText(summary.predictor ?? '', summary.bounds);
  const { compressTimeRatio, verifyTimeRatio } = summary;
  const time = (value: number | null): string => (value === null ? '-' : `${(100 * value).toPrecision(2)}%`);
  return [
    ...summary.leads.map(({ record, lead, prdn, nativeBytes: native, payloadBytes: payload }) => {
      const error = prdn === null ? 'not measured' : `${prdn.toFixed(2)}%`;
      return `${record}  ${lead}  ${native} -> ${payload} bytes of payload (${gain(ratio(native, payload))})  PRDN ${error}`;
    }),
    `${summary.records} records, ${summary.leads.length} leads, ${segments} segments: ${how}`,
    `native ${nativeBytes} bytes, payloads ${payloadBytes}, file ${fileBytes}`,
    `total payload gain ${gain(payloadGainTotal)}, total file gain ${gain(fileGainTotal)}`,
    `rungs: ${shares.length === 0 ? 'none' : shares.join(', ')}`,
    `losslessly: ${summary.losslessWindows} whole windows, ${summary.losslessPieces} pieces or urgent windows`,
    `time, of the signal's length: compress ${time(compressTimeRatio)}, verify ${time(verifyTimeRatio)}`,
  ].join('\n');
}

function choiceText(predictor: string, { rhythm, peaks, reconstruction, tasks = {} }: Bounds): string {
  const own = Object.entries(tasks).map(([name, bound]) => `, ${bound} (${name})`);
  const prdn = Number.isFinite(reconstruction) ? `${reconstruction}% (PRDN of a window)` : 'none on PRDN';
  return `${predictor} predictor, bounds ${rhythm} (rhythm), ${peaks} (peaks) and ${prdn}${own.join('')}`;
}
