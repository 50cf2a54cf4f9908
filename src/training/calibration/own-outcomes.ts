/** Errors of custom tasks on records as really sent; a task sees the whole record at once. */
import { joinStretches } from '../../lib/signal/model-rate.js';
import type { OwnTasks } from '../../lib/tasks/own/own-tasks.js';
import type { Sent } from '../evaluation/compression/parts.js';
import type { EcgRecord } from '../evaluation/compression/records.js';

/** Runs each task once for each way in which a record was sent; drop it with the batch of records. */
export class OwnOutcomes {
  readonly #tasks: Pick<OwnTasks, 'errors'>;
  readonly #known = new Map<EcgRecord, Map<string, number>>();

  constructor(tasks: Pick<OwnTasks, 'errors'>) {
    this.#tasks = tasks;
  }

  /** Returns the errors by task name; NaN for a task that failed. */
  async of(record: EcgRecord, sent: Sent, names: readonly string[]): Promise<Record<string, number>> {
    const known = this.#known.get(record) ?? new Map<string, number>();
    this.#known.set(record, known);
    const way = sent.map(({ name }) => name).join(' ');
    const missing = names.filter((name) => !known.has(`${name} ${way}`));
    if (missing.length > 0) {
      const original = joinStretches([record.original]);
      const pair = { original, decoded: joinStretches(sent.map(({ stretch }) => stretch)) };
      for (const name of missing) known.set(`${name} ${way}`, (await this.#tasks.errors(name, [pair]))[0]!);
    }
    return Object.fromEntries(names.map((name) => [name, known.get(`${name} ${way}`)!]));
  }
}
