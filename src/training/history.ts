import { appendFile, mkdir } from 'node:fs/promises';
import { join } from 'node:path';

/** Named figures of a training or validation. */
export type Figures = Readonly<Record<string, number>>;

/** Appends to history.jsonl: one line every 50 steps, with the latest validation figures; a resumed run appends too. */
export class History {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  async append(line: Figures): Promise<void> {
    await mkdir(this.#folder, { recursive: true });
    const rounded = Object.fromEntries(Object.entries(line).map(([key, value]) => [key, Number(value.toPrecision(6))]));
    await appendFile(join(this.#folder, 'history.jsonl'), `${JSON.stringify(rounded)}\n`);
  }
}
