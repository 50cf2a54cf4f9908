/** Posts a change until the receiver has acknowledged it. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger, RecordContext } from '../lib/kafka/index.js';
import type { AlarmEvent } from '../lib/wire/index.js';
import { webhookMessage, type MessageSettings } from './message.js';
import type { WebhookMetrics } from './metrics.js';
import type { Post, PostResult } from './post.js';

export interface DeliverySettings {
  readonly post: Post;
  readonly message: MessageSettings;
  /** Wall milliseconds before the first retry, and the most between two. */
  readonly retryMinMs: number;
  readonly retryMaxMs: number;
  /** Final refusals after which a change is given up; undefined: never. */
  readonly giveUpAfter: number | undefined;
  readonly metrics: WebhookMetrics;
  readonly logger: Logger;
}

/** Wall milliseconds before retry `n` (1, 2, ...): doubles up to the cap; half of it is random (`random` in [0, 1)). */
export function retryDelay(
  n: number,
  { retryMinMs, retryMaxMs }: Pick<DeliverySettings, 'retryMinMs' | 'retryMaxMs'>,
  random: number,
): number {
  const full = Math.min(retryMaxMs, retryMinMs * 2 ** Math.min(n - 1, 30));
  return full * (0.5 + random / 2);
}

/** Whether the same post would get the same answer again: the receiver rejects its content or its sender. */
function isFinal(result: PostResult): result is PostResult & { outcome: 'refused' } {
  if (result.outcome !== 'refused') return false;
  const { status } = result;
  return status >= 400 && status < 500 && status !== 408 && status !== 429;
}

/**
 * Resolves when the change is acknowledged or given up; rejects if told to stop before that. A refusal that no retry can
 * fix is logged with the record's position, so that somebody can look at it.
 */
export async function deliver(
  alarm: AlarmEvent,
  { partition, offset }: { readonly partition: number; readonly offset: number },
  { draining, revoked }: RecordContext,
  settings: DeliverySettings,
): Promise<void> {
  const { post, metrics, logger, giveUpAfter } = settings;
  const place = { partition, offset };
  const body = JSON.stringify(webhookMessage(alarm, settings.message));
  let refusals = 0;
  for (let tries = 1; ; tries++) {
    draining.throwIfAborted();
    if (tries > 1) metrics.countRetry();
    const result = await post(body, revoked);
    metrics.countPost(result.outcome);
    if (result.outcome === 'acknowledged') {
      metrics.countDelivered(alarm, Date.now());
      return;
    }
    if (isFinal(result)) {
      refusals++;
      const { status } = result;
      if (refusals === 1) logger.error({ status, ...place, giveUpAfter }, 'the receiver refuses a change of an alarm');
      if (giveUpAfter !== undefined && refusals >= giveUpAfter) {
        logger.error({ status, ...place, refusals }, 'a change of an alarm was given up');
        metrics.countGivenUp(alarm);
        return;
      }
    } else if (tries === 1) {
      logger.warn({ ...result, ...place }, 'the receiver does not take a change of an alarm; trying until it does');
    }
    const asked = result.outcome === 'refused' ? (result.retryAfterMs ?? 0) : 0;
    const pause = Math.max(retryDelay(tries, settings, Math.random()), Math.min(asked, settings.retryMaxMs));
    await sleep(pause, undefined, { signal: draining });
  }
}
