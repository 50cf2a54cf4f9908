/** Checks that the runs of a file are complete and in order. */
import { BITSTREAM_VERSION } from '../codec/ladder.js';
import { invalid } from './read.js';
import type { LeadHeader, SegmentRun } from './types.js';

interface OpenLead {
  readonly header: LeadHeader;
  runs: number;
  ended: boolean;
}

export class RunOrder {
  readonly #path: string;
  #records: number | undefined;
  /** Number of the open record, or of the last one. */
  #record = -1;
  #leads: (OpenLead | undefined)[] = [];

  constructor(path: string) {
    this.#path = path;
  }

  /** Returns the header of the run's lead. @throws DynamicDeepError COMPRESSED_FILE_INVALID if the run is not a valid next one */
  take(run: SegmentRun): LeadHeader {
    const { version, record, lead, header } = run;
    if (version !== BITSTREAM_VERSION) {
      throw invalid(this.#path, `bitstream version ${version}; this program reads version ${BITSTREAM_VERSION}`);
    }
    if (header !== null && this.#closed && record === this.#record + 1) this.#begin(record, header);
    const open = this.#leads[lead];
    const first = open === undefined;
    const fits = record === this.#record && lead >= 0 && lead < this.#leads.length && first === (header !== null);
    const state = open ?? (header === null ? undefined : { header, runs: 0, ended: false });
    if (!fits || state === undefined || state.ended || run.run !== state.runs) {
      throw invalid(
        this.#path,
        `run ${run.run} of lead ${lead} of record ${record} is out of order, or one is missing`,
      );
    }
    if (header !== null && (header.records !== this.#records || header.leads !== this.#leads.length)) {
      throw invalid(this.#path, `lead ${lead} of record ${record} disagrees with others on what the file holds`);
    }
    state.runs++;
    state.ended = run.last;
    this.#leads[lead] = state;
    return state.header;
  }

  /** Whether all leads of the current record have ended. */
  get recordEnded(): boolean {
    return this.#record >= 0 && this.#closed;
  }

  /** Call at the end of the file. @throws DynamicDeepError COMPRESSED_FILE_INVALID if runs are missing */
  end(): void {
    if (this.#records === this.#record + 1 && this.#closed) return;
    throw invalid(this.#path, 'it ends too early: segments are missing');
  }

  get #closed(): boolean {
    return this.#leads.every((lead) => lead?.ended === true);
  }

  #begin(record: number, { records, leads }: LeadHeader): void {
    this.#records ??= records;
    if (record >= this.#records || leads < 1 || leads > MOST_LEADS) {
      throw invalid(this.#path, `record ${record} has ${leads} leads in a file of ${records} records`);
    }
    this.#record = record;
    this.#leads = new Array<OpenLead | undefined>(leads).fill(undefined);
  }
}

/** Far more leads than any recorder has. */
const MOST_LEADS = 4096;
