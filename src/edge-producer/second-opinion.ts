/** Asks for a second opinion before an early close, if windows may be lossy. An alarm waits behind it, so time is limited. */
import type { ChoiceLimits } from '../lib/codec/choose.js';
import type { Logger } from '../lib/kafka/index.js';
import type { Policy } from '../lib/policy/index.js';
import { within } from '../lib/runtime/within.js';
import { UNASKED, type HasteOpinion } from '../lib/signal/haste.js';
import type { SecondOpinion } from '../lib/tasks/haste.js';
import type { EdgeMetrics } from './metrics.js';
import type { SourceTools } from './streams.js';

/**
 * Largest number of questions that may wait for the network's thread. One takes about 35 ms, and those that nobody waits
 * for any more are still worked off.
 */
const MOST_OPEN = 8;

export interface AskingOptions {
  readonly ask: SecondOpinion;
  /** The policy that covers a stream now. */
  readonly policyOf: (stream: string) => Policy | undefined;
  /** Null if windows are sent losslessly, closed early or not; no opinion is asked for then. */
  readonly limitsOf: (policy: Policy) => ChoiceLimits | null;
  readonly metrics: Pick<EdgeMetrics, 'countSecondOpinion'>;
  readonly logger: Pick<Logger, 'error'>;
  /** Wall milliseconds to wait for an answer; undefined: without a limit. */
  readonly patienceMs: number | undefined;
}

/** Asks under the stream's policy. If no answer comes, or none in time, the window closes as the QRS watch alone decided. */
export function secondOpinions(options: AskingOptions): NonNullable<SourceTools['secondOpinion']> {
  const { ask, policyOf, limitsOf, metrics, logger, patienceMs } = options;
  let open = 0;
  let hasFailed = false;
  const asked = async (...question: Parameters<SecondOpinion>): Promise<HasteOpinion | 'failed'> => {
    open++;
    try {
      return await ask(...question);
    } catch (error) {
      // A worker that has died ends the service on its own.
      if (!hasFailed) logger.error({ err: error }, 'RPnet cannot be asked before a window closes early: it closes');
      hasFailed = true;
      return 'failed';
    } finally {
      open--;
    }
  };
  const inTime = async (answer: () => Promise<HasteOpinion | 'failed'>): Promise<HasteOpinion | 'failed' | 'late'> => {
    if (patienceMs === undefined) return answer();
    return open >= MOST_OPEN ? 'late' : ((await within(answer(), patienceMs)) ?? 'late');
  };
  return async (question, { stream, lead }) => {
    const policy = policyOf(stream);
    if (policy === undefined || limitsOf(policy) === null || lead.foreignUnit !== undefined) return UNASKED;
    const answer = await inTime(() => asked(question, lead, policy.alarms));
    if (typeof answer === 'string') {
      metrics.countSecondOpinion(answer);
      return UNASKED;
    }
    const { silent, fast, slow } = answer;
    metrics.countSecondOpinion(silent || fast !== undefined || slow !== undefined ? 'agrees' : 'disagrees');
    return answer;
  };
}
