/** The alarms that have not ended, folded from the changes on ecg.alarms. */
import type { AlarmEvent } from './types.js';

const PRIORITIES: readonly AlarmEvent['priority'][] = ['HIGH', 'MEDIUM', 'LOW'];

/** Holds the newest change of each episode that has not ended. The changes of a bed must come in order. */
export class OpenAlarms {
  readonly #episodes = new Map<string, AlarmEvent>();

  take(change: AlarmEvent): void {
    if (change.state === 'ENDED') this.#episodes.delete(change.id);
    else this.#episodes.set(change.id, change);
  }

  /** Returns the open alarms by bed, the most urgent first, then the oldest. */
  list(): AlarmEvent[] {
    const rank = ({ priority }: AlarmEvent): number => PRIORITIES.indexOf(priority);
    return [...this.#episodes.values()].sort(
      (a, b) => compare(a.device, b.device) || rank(a) - rank(b) || a.onsetAt - b.onsetAt || compare(a.id, b.id),
    );
  }
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
