/** A second opinion in time: an alarm waits behind the question. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { HasteOpinion, SecondOpinion } from '../lib/signal/haste.js';
import type { EdgeMetrics } from './metrics.js';

/** Where nobody has answered by then the window closes, as where nobody is asked. */
const LATE: HasteOpinion = { silent: true };

export interface InTimeOptions {
  readonly metrics: Pick<EdgeMetrics, 'countSecondOpinion'>;
  /** Wall milliseconds; undefined: as long as it takes. */
  readonly patienceMs: number | undefined;
}

/** `ask`, whose answer is awaited for a while; each answer is counted. */
export function inTime(ask: SecondOpinion, { metrics, patienceMs }: InTimeOptions): SecondOpinion {
  return async (question, lead) => {
    const patience = new AbortController();
    const late = patienceMs === undefined ? [] : [sleep(patienceMs, LATE, { signal: patience.signal })];
    for (const wait of late) wait.catch(() => undefined);
    try {
      const opinion = await Promise.race([ask(question, lead), ...late]);
      const { silent, fast, slow } = opinion;
      const agrees = silent || fast !== undefined || slow !== undefined;
      metrics.countSecondOpinion(opinion === LATE ? 'late' : agrees ? 'agrees' : 'disagrees');
      return opinion;
    } finally {
      patience.abort();
    }
  };
}
