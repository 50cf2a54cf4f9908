/** Composes the central station: broker, ward, login, page, health. */
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readLadder } from '../lib/codec/ladder.js';
import { DynamicDeepError } from '../lib/errors/index.js';
import { checkTopics, connectKafka, type Logger } from '../lib/kafka/index.js';
import { readManifest } from '../lib/model/manifest.js';
import { openPolicyTable, setPolicy } from '../lib/policy/index.js';
import type { CommandContext } from '../lib/runtime/command.js';
import { composeService } from '../lib/runtime/compose-service.js';
import { createLogger } from '../lib/runtime/logger.js';
import { BUILT_PAGE, SHIPPED_MODELS } from '../lib/runtime/paths.js';
import { openGate, type Gate } from './auth/gate.js';
import { oidcGate } from './auth/oidc.js';
import { createSealer, readSessionKey } from './auth/session.js';
import { openCommands } from './commands.js';
import { Compression } from './compression.js';
import type { DashboardConfig } from './config.js';
import { watchGroups } from './groups.js';
import { Live } from './live.js';
import { dashboardMetrics, type DashboardMetrics } from './metrics.js';
import { COUNTED_MS, INPUTS, startPipeline, type Pipeline } from './pipeline.js';
import { openCertified } from './policy/certified.js';
import { Coverage } from './policy/coverage.js';
import { createPolicies } from './policy/policies.js';
import { previewRecords } from './policy/preview.js';
import { readPrice } from './price.js';
import { startPageServer } from './server.js';
import { openStrips } from './strips.js';
import { SystemState } from './system.js';
import { countUnreadable } from './unreadable.js';
import { Ward } from './ward.js';

const NAME = 'dashboard';

export async function runDashboard(config: DashboardConfig, { version }: CommandContext): Promise<number> {
  const logger = createLogger({ name: NAME, level: config.logLevel, identifiers: config.logIdentifiers });
  if (!existsSync(join(BUILT_PAGE, 'index.html'))) {
    throw new DynamicDeepError('FILE_NOT_FOUND', `the page is not built: ${BUILT_PAGE} is absent; run npm run setup`);
  }
  const models = config.models ?? SHIPPED_MODELS;
  const ladder = readLadder(await readManifest(join(models, 'codec')));
  const certified = await openCertified(models, ladder);
  const price = config.priceFile === undefined ? undefined : await readPrice(config.priceFile);
  const metrics = dashboardMetrics(version);
  let pipeline: Pipeline | undefined;
  return composeService({
    name: NAME,
    logger,
    config,
    metrics: metrics.registry,
    readiness: { topics: () => ({ ok: pipeline !== undefined }) },
    start: async (service, own) => {
      const gate = await openTheGate(config, metrics, logger);
      const connection = own(
        await connectKafka({ brokers: config.kafkaBrokers, clientId: NAME, logger, waitUntil: service.draining }),
        ({ close }) => close(),
      );
      await checkTopics(connection.admin, [...INPUTS, 'ecg.alarm-commands', 'ecg.originals', 'ecg.policy']);
      service.enter('joining');
      const signalMs = config.signalSeconds * 1000;
      const trendMs = config.trendSeconds * 1000;
      const ward = new Ward({ signalMs, trendMs });
      const coverage = new Coverage();
      const compression = new Compression(ladder, Date.now() - COUNTED_MS, price);
      const system = new SystemState();
      const onUnreadable = countUnreadable(metrics, logger);
      pipeline = own(
        await startPipeline({
          connection,
          ward,
          coverage,
          compression,
          system,
          metrics,
          onUnreadable,
          signalMs,
          trendMs,
          onFailure: service.fail,
        }),
        (running) => running.close(),
      );
      const table = own(
        await openPolicyTable({
          connection,
          onChange: ({ version }) => {
            system.policyVersion = version;
          },
          onFailure: service.fail,
        }),
        (open) => open.close(),
      );
      const policies = createPolicies({
        table,
        ladder,
        certified,
        coverage,
        metrics,
        set: (change) => setPolicy(connection, change),
        tryOut: (streams, policy, stop) =>
          previewRecords(ward.audits, streams, certified.limits(policy), {
            connection,
            models,
            predictor: certified.predictor,
            onUnreadable,
            stop,
          }),
      });
      const commands = own(await openCommands(connection, ward, metrics), (open) => open.close());
      const stopWatching = watchGroups(connection, (view) => {
        system.groups = view;
      });
      own(stopWatching, () => {
        stopWatching();
        return Promise.resolve();
      });
      const live: Live = own(
        new Live({
          ward,
          metrics,
          version,
          instance: randomBytes(9).toString('base64url'),
          compression: () => compression.report(Date.now()),
          system: () => system.report(Date.now(), live.connections),
          onView: ({ id }, device) => {
            logger.info({ person: id, device }, 'bed viewed');
          },
        }),
        (running) => {
          running.close();
          return Promise.resolve();
        },
      );
      const { pageHost: host, pagePort: port } = config;
      const server = own(
        await startPageServer({
          gate,
          ward,
          live,
          commands,
          policies,
          metrics,
          logger,
          host,
          port,
          root: BUILT_PAGE,
          strips: openStrips(connection, onUnreadable),
        }),
        (running) => running.close(),
      );
      logger.info({ page: server.url }, 'the page is served');
      service.enter('running');
    },
  });
}

async function openTheGate(config: DashboardConfig, metrics: DashboardMetrics, logger: Logger): Promise<Gate> {
  const { oidcIssuer: issuer, oidcClientId: clientId, publicUrl } = config;
  if (config.insecureOpenAccess) {
    logger.warn(
      { openAccess: true },
      'OPEN ACCESS: NO LOGIN. Everybody who reaches the page sees every bed, may answer alarms and change policies.',
    );
    return openGate();
  }
  if (issuer === undefined || clientId === undefined || publicUrl === undefined) {
    throw new DynamicDeepError('CONFIG_INVALID', 'no login is configured');
  }
  if (config.sessionKeyFile === undefined)
    logger.warn({ sessionKey: 'drawn' }, 'no --session-key-file: a restart of this process ends all sessions');
  const { oidcClientSecretFile: secretFile, oidcScope: scope, oidcRolesClaim: rolesClaim } = config;
  const clientSecret = secretFile === undefined ? undefined : (await readFile(secretFile, 'utf8')).trim();
  const sealer = createSealer(await readSessionKey(config.sessionKeyFile));
  const sessionSeconds = config.sessionHours * 3600;
  return oidcGate({
    issuer,
    clientId,
    clientSecret,
    publicUrl,
    scope,
    rolesClaim,
    sessionSeconds,
    sealer,
    metrics,
    logger,
  });
}
