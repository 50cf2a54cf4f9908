/** Restores the recordings of a compressed file one by one, for `decompress` to write and `compress` to verify. */
import { DynamicDeepError } from '../../lib/errors/index.js';
import {
  invalid,
  mostSamples,
  readRuns,
  RunOrder,
  type FileSegment,
  type LeadHeader,
} from '../../lib/compressed-file/index.js';
import type { OfflineCodec } from '../../lib/offline/codec.js';
import { MODEL_RATE } from '../../lib/signal/grid.js';
import type { Recording } from '../../lib/signal/types.js';
import { isRecordName } from '../../lib/signal/wfdb/index.js';
import { decodeLosslessPayload } from '../../lib/codec/payload.js';
import type { DecodedSamples } from '../../lib/codec/window-decoder.js';
import { LeadRestorer } from './restore-lead.js';

/** Most samples of all leads of a record together, as in the WFDB reader: 4 bytes each. */
const MOST_SAMPLES = 2 ** 28;
/** Segments per run of the networks. */
const BATCH = 32;

export interface RestoreOptions {
  /** Called when a lossy segment is met: lossless ones need no model. */
  readonly codec: () => Promise<OfflineCodec>;
  /** Models folder, for messages. */
  readonly models: string;
  /** Awaited when a record's first lead begins, before any of it is decoded; reading ends if it throws. */
  readonly onBegin?: (header: LeadHeader) => Promise<void>;
  /** Called with the seconds of a lead that are decoded so far. */
  readonly onDecoded?: (header: LeadHeader, seconds: number) => void;
}

interface PlacedSegment extends FileSegment {
  readonly start: number;
}

/**
 * @throws DynamicDeepError FILE_NOT_FOUND; COMPRESSED_FILE_INVALID for a file that is not a compressed file, damaged or
 * truncated; MODEL_INVALID if lossy segments were made by another codec
 */
export async function* restoreRecordings(path: string, options: RestoreOptions): AsyncGenerator<Recording, void> {
  const order = new RunOrder(path);
  let open: RecordRestorer | undefined;
  for await (const run of readRuns(path)) {
    const header = order.take(run);
    const isFirst = open === undefined;
    open ??= new RecordRestorer(path, options);
    if (run.header !== null) open.begin(run.lead, run.header);
    if (isFirst) await options.onBegin?.(header);
    let at = run.start;
    const segments = run.segments.map((segment): PlacedSegment => {
      const start = at + segment.gap;
      at = start + segment.length;
      return { ...segment, start };
    });
    await open.add(run.lead, header, segments);
    if (order.recordEnded) {
      yield open.end();
      open = undefined;
    }
  }
  order.end();
}

interface OpenLead {
  readonly header: LeadHeader;
  readonly restorer: LeadRestorer;
}

class RecordRestorer {
  readonly #path: string;
  readonly #options: RestoreOptions;
  readonly #leads: OpenLead[] = [];
  #samples = 0;

  constructor(path: string, options: RestoreOptions) {
    this.#path = path;
    this.#options = options;
  }

  begin(lead: number, header: LeadHeader): void {
    this.#check(lead, header);
    this.#samples += header.samples;
    this.#leads[lead] = { header, restorer: new LeadRestorer(header) };
  }

  async add(lead: number, header: LeadHeader, segments: readonly PlacedSegment[]): Promise<void> {
    const { restorer } = this.#leads[lead] as OpenLead;
    for (let first = 0; first < segments.length; first += BATCH) {
      const batch = segments.slice(first, first + BATCH);
      const decoded = await this.#decode(header, batch);
      batch.forEach(({ start, length }, i) => {
        if (restorer.add(start, length, decoded[i] as DecodedSamples)) return;
        throw this.#invalid(`a segment of lead ${header.name} lies outside its place`);
      });
      this.#options.onDecoded?.(header, (batch.at(-1)?.start ?? 0) / MODEL_RATE);
    }
  }

  end(): Recording {
    const [{ header }] = this.#leads as [OpenLead];
    const carried = this.#leads.reduce((sum, { restorer }) => sum + restorer.carried, 0);
    if (this.#samples > mostSamples(carried)) {
      throw this.#invalid(
        `record ${header.recordName} claims ${this.#samples} samples, and its segments carry ${carried}`,
      );
    }
    return {
      name: header.recordName,
      rate: header.frameRate,
      leads: this.#leads.map(({ restorer }) => restorer.end()),
      ...(header.startAt === null ? {} : { start: new Date(header.startAt) }),
      warnings: [],
    };
  }

  /** Checks a header: its values become divisors and file names and, after the last segment, allocation sizes. */
  #check(lead: number, header: LeadHeader): void {
    const { recordName, unit, gain, baseline, rate, frameRate, samples, startAt } = header;
    const first = this.#leads.find(Boolean)?.header;
    const sound =
      isRecordName(recordName) &&
      !/\s/.test(unit) &&
      [gain, baseline, frameRate].every(Number.isFinite) &&
      gain !== 0 &&
      rate >= 50 &&
      rate <= 10_000 &&
      frameRate > 0 &&
      samples >= 0 &&
      (startAt === null || Math.abs(startAt) <= 8.64e15) &&
      (first === undefined || (first.recordName === recordName && first.frameRate === frameRate));
    if (!sound) throw this.#invalid(`the header of lead ${lead} of record ${recordName} is impossible`);
    if (this.#samples + samples > MOST_SAMPLES) {
      throw this.#invalid(`record ${recordName} has more than ${MOST_SAMPLES} samples, too many to be held at once`);
    }
  }

  async #decode(header: LeadHeader, segments: readonly PlacedSegment[]): Promise<DecodedSamples[]> {
    try {
      if (segments.every(({ rung }) => rung === header.losslessRung)) {
        return segments.map((segment) => decodeLossless(segment, header));
      }
      const codec = await this.#options.codec();
      this.#checkModel(header, codec);
      return await codec.decodeSegments(segments.map((segment) => ({ ...segment, lead: header })));
    } catch (error) {
      if (!(error instanceof DynamicDeepError) || error.code !== 'PAYLOAD_CORRUPT') throw error;
      throw invalid(this.#path, `lead ${header.name}: ${error.message}`, error);
    }
  }

  #checkModel({ modelSha256 }: LeadHeader, { ladder }: OfflineCodec): void {
    const wanted = modelSha256.toString('hex');
    if (wanted === ladder.hash) return;
    throw new DynamicDeepError(
      'MODEL_INVALID',
      `${this.#path} was compressed with codec ${wanted}; that of ${this.#options.models} is ${ladder.hash}: name the folder that has it by --models`,
    );
  }

  #invalid(what: string): DynamicDeepError {
    return invalid(this.#path, what);
  }
}

function decodeLossless(
  { start, length, payload }: PlacedSegment,
  { rate, gain, baseline, losslessRung }: LeadHeader,
): DecodedSamples {
  const { firstIndex, samples } = decodeLosslessPayload({ start, length }, rate, payload);
  const rung = { kind: 'lossless', index: losslessRung, name: 'lossless', nominalGain: 1 } as const;
  return { rung, samples, rate, firstIndex, gain, baseline, nativeBytes: 2 * samples.length };
}
