/** Composes the sink: broker, receiver, pipeline, health. */
import { checkTopics, connectKafka, type Processor } from '../lib/kafka/index.js';
import type { CommandContext } from '../lib/runtime/command.js';
import { composeService } from '../lib/runtime/compose-service.js';
import { createLogger } from '../lib/runtime/logger.js';
import type { WebhookConfig } from './config.js';
import { webhookMetrics } from './metrics.js';
import { INPUT, startPipeline } from './pipeline.js';
import { createPost } from './post.js';
import { readToken } from './token.js';

const NAME = 'alarm-webhook';

export async function runWebhook(config: WebhookConfig, { version }: CommandContext): Promise<number> {
  const { webhookUrl: url, webhookTokenFile: tokenFile, receiver, externalUrl = '' } = config;
  const logger = createLogger({ name: NAME, level: config.logLevel, identifiers: config.logIdentifiers });
  // Detects a file without a token now, not at the first alarm.
  if (tokenFile !== undefined) await readToken(tokenFile);
  const metrics = webhookMetrics(version);
  let processor: Processor | undefined;
  return composeService({
    name: NAME,
    logger,
    config,
    metrics: metrics.registry,
    readiness: { assignment: () => ({ ok: processor?.ready ?? false }) },
    start: async (service, own) => {
      const connection = own(
        await connectKafka({ brokers: config.kafkaBrokers, clientId: NAME, logger, waitUntil: service.draining }),
        ({ close }) => close(),
      );
      await checkTopics(connection.admin, [INPUT]);
      service.enter('joining');
      const { groupId, retryMinMs, retryMaxMs, giveUpAfter } = config;
      processor = own(
        await startPipeline({
          connection,
          groupId,
          post: createPost({ url, tokenFile, timeoutMs: config.attemptTimeoutMs }),
          message: { receiver, externalUrl },
          retryMinMs,
          retryMaxMs,
          giveUpAfter,
          metrics,
          logger,
          onFailure: service.fail,
        }),
        (running) => running.stop(),
      );
      service.enter('running');
    },
  });
}
