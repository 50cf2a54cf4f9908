/** What an evaluation has to say of single records: a line on stderr at once, and keys of its JSON. */
import { DynamicDeepError, messageOf, type ErrorCode } from '../../lib/errors/index.js';

export interface RecordWarning {
  readonly record: string;
  /** What was wrong and could be read all the same. */
  readonly text: string;
}

export interface LeftOut {
  readonly name: string;
  readonly reason: string;
}

/** What is wrong with one record's files, and with nothing else. */
const UNREADABLE: readonly ErrorCode[] = ['FILE_NOT_FOUND', 'RECORD_INVALID', 'RECORD_UNSUPPORTED'];

export class RecordNotes {
  readonly #command: string;
  readonly #warnings: RecordWarning[] = [];
  readonly #leftOut: LeftOut[] = [];

  /** @param command full name, such as `evaluate rhythm` */
  constructor(command: string) {
    this.#command = command;
  }

  /** In the order in which they came, each once: some records are read more than once. */
  get warnings(): readonly RecordWarning[] {
    return this.#warnings;
  }

  warn(record: string, text: string): void {
    if (this.#warnings.some((known) => known.record === record && known.text === text)) return;
    this.#warnings.push({ record, text });
    this.note(`${record}: ${text}`);
  }

  get leftOut(): readonly LeftOut[] {
    return this.#leftOut;
  }

  /** The keys of the JSON. */
  get found(): { readonly leftOut: readonly LeftOut[]; readonly warnings: readonly RecordWarning[] } {
    return { leftOut: this.#leftOut, warnings: this.#warnings };
  }

  /** Behind a sentence that no record is left: `: name: reason`, or nothing. */
  get firstReason(): string {
    const [first] = this.#leftOut;
    return first === undefined ? '' : `: ${first.name}: ${first.reason}`;
  }

  leaveOut(name: string, reason: string): LeftOut {
    const leftOut = { name, reason };
    this.#leftOut.push(leftOut);
    this.note(`${name} is left out: ${reason}`);
    return leftOut;
  }

  /**
   * What `read` gives; where it fails for what is the record's own, that it is left out.
   *
   * @param isOwn whether an error is: by default where the record's files are missing or damaged
   */
  async orLeaveOut<T>(name: string, read: () => Promise<T>, isOwn = isUnreadable): Promise<T | LeftOut> {
    try {
      return await read();
    } catch (error) {
      if (!isOwn(error)) throw error;
      return this.leaveOut(name, messageOf(error));
    }
  }

  /** A line on stderr that is about no record. */
  note(line: string): void {
    process.stderr.write(`${this.#command}: ${line}\n`);
  }
}

function isUnreadable(error: unknown): boolean {
  return error instanceof DynamicDeepError && UNREADABLE.includes(error.code);
}

/** Whether the next record may fare better: whatever went wrong, but for the models. */
export function isNoModelsFault(error: unknown): boolean {
  return !(error instanceof DynamicDeepError && error.code === 'MODEL_INVALID');
}
