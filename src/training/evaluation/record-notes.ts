/** Notes of an evaluation about single records: printed to stderr at once, and collected as keys of its JSON. */
import { DynamicDeepError, messageOf, type ErrorCode } from '../../lib/errors/index.js';

export interface RecordWarning {
  readonly record: string;
  /** A defect that did not prevent reading the record. */
  readonly text: string;
}

export interface LeftOut {
  readonly name: string;
  readonly reason: string;
}

/** Errors of a record's own files. */
const UNREADABLE: readonly ErrorCode[] = ['FILE_NOT_FOUND', 'RECORD_INVALID', 'RECORD_UNSUPPORTED'];

export class RecordNotes {
  readonly #command: string;
  readonly #warnings: RecordWarning[] = [];
  readonly #leftOut: LeftOut[] = [];

  /** @param command full name, such as `evaluate rhythm` */
  constructor(command: string) {
    this.#command = command;
  }

  /** In order of occurrence, each once: some records are read more than once. */
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

  /** Ending of a message that no record is left: `: name: reason`, or nothing. */
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
   * Returns what `read` resolves to. If it fails with an error of the record's own, leaves the record out.
   *
   * @param isOwn whether an error is the record's own; by default, if its files are missing or damaged
   */
  async orLeaveOut<T>(name: string, read: () => Promise<T>, isOwn = isUnreadable): Promise<T | LeftOut> {
    try {
      return await read();
    } catch (error) {
      if (!isOwn(error)) throw error;
      return this.leaveOut(name, messageOf(error));
    }
  }

  /** Writes a line that concerns no record to stderr. */
  note(line: string): void {
    process.stderr.write(`${this.#command}: ${line}\n`);
  }
}

function isUnreadable(error: unknown): boolean {
  return error instanceof DynamicDeepError && UNREADABLE.includes(error.code);
}

/** Whether the next record may succeed: true for every error except those of the models. */
export function isNoModelsFault(error: unknown): boolean {
  return !(error instanceof DynamicDeepError && error.code === 'MODEL_INVALID');
}
