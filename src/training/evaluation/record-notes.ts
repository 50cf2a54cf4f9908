/** What an evaluation has to say of single records: a line on stderr at once, and a key of its JSON. */

export interface RecordWarning {
  readonly record: string;
  /** What was wrong and could be read all the same. */
  readonly text: string;
}

export class RecordNotes {
  readonly #command: string;
  readonly #warnings: RecordWarning[] = [];

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
    this.#tell(`${record}: ${text}`);
  }

  #tell(line: string): void {
    process.stderr.write(`${this.#command}: ${line}\n`);
  }
}
