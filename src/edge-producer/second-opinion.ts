/** A second opinion in time: an alarm waits behind the question. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { HasteOpinion, SecondOpinion } from '../lib/signal/haste.js';
import type { EdgeMetrics } from './metrics.js';

/** Wall milliseconds: the budget of the alarms has so much for it. */
const PATIENCE_MS = 300;
/** Where nobody has answered by then the window closes, as where nobody is asked. */
const LATE: HasteOpinion = { silent: true };

/** `ask`, whose answer is awaited for 0.3 s; each answer is counted. */
export function inTime(ask: SecondOpinion, metrics: Pick<EdgeMetrics, 'countSecondOpinion'>): SecondOpinion {
  return async (question, lead) => {
    const patience = new AbortController();
    const late = sleep(PATIENCE_MS, LATE, { signal: patience.signal });
    late.catch(() => undefined);
    try {
      const opinion = await Promise.race([ask(question, lead), late]);
      const { silent, fast, slow } = opinion;
      const agrees = silent || fast !== undefined || slow !== undefined;
      metrics.countSecondOpinion(opinion === LATE ? 'late' : agrees ? 'agrees' : 'disagrees');
      return opinion;
    } finally {
      patience.abort();
    }
  };
}
