/** The dashboard's own server, page and ward, fed by the test in the place of topics. */
import { pino } from 'pino';
import { openGate, type Gate } from '../../src/dashboard/auth/gate.js';
import { Compression } from '../../src/dashboard/compression.js';
import { Live } from '../../src/dashboard/live.js';
import { dashboardMetrics } from '../../src/dashboard/metrics.js';
import { openCertified } from '../../src/dashboard/policy/certified.js';
import { Coverage, type KnownStream } from '../../src/dashboard/policy/coverage.js';
import { createPolicies } from '../../src/dashboard/policy/policies.js';
import { sumsOf } from '../../src/dashboard/policy/preview-sums.js';
import type { PolicyEntry, PolicyPreview } from '../../src/dashboard/policy/protocol.js';
import type { Price } from '../../src/dashboard/price.js';
import type { CommandRequest, Viewer } from '../../src/dashboard/protocol.js';
import { startPageServer } from '../../src/dashboard/server.js';
import type { Strips, Stretch } from '../../src/dashboard/strips.js';
import { SystemState } from '../../src/dashboard/system.js';
import { Ward } from '../../src/dashboard/ward.js';
import { readLadder, type Ladder } from '../../src/lib/codec/ladder.js';
import { readManifest } from '../../src/lib/model/manifest.js';
import { PolicyLog, type PolicyToSet } from '../../src/lib/policy/index.js';
import type { SignalWindow } from '../../src/lib/wire/index.js';
import { BUILT_PAGE, SHIPPED_MODELS } from '../../src/lib/runtime/paths.js';

export interface Station {
  readonly url: string;
  readonly port: number;
  readonly ward: Ward;
  readonly compression: Compression;
  readonly system: SystemState;
  readonly live: Live;
  readonly ladder: Ladder;
  readonly coverage: Coverage;
  readonly policyLog: PolicyLog;
  /** What pages asked for; acknowledgements change the ward as tasks-stream would. */
  readonly commands: { readonly request: CommandRequest; readonly viewer: Viewer }[];
  close(): Promise<void>;
}

export interface StationSettings {
  readonly port?: number;
  readonly gate?: Gate;
  readonly instance?: string;
  readonly signalMs?: number;
  readonly root?: string;
  readonly models?: string;
  readonly price?: Price;
  /** What a preview finds. */
  readonly tryOut?: (
    streams: readonly KnownStream[],
    stop: AbortSignal,
  ) => Omit<PolicyPreview, 'standing'> | Promise<Omit<PolicyPreview, 'standing'>>;
  /** What the topics hold of a stretch. */
  readonly stored?: (stretch: Stretch, topic: 'ecg.signals' | 'ecg.originals') => SignalWindow[];
}

export async function startStation(settings: StationSettings = {}): Promise<Station> {
  const { gate = openGate(), instance = `test-${Math.random()}`, signalMs = 180_000 } = settings;
  const logger = pino({ level: 'silent' });
  const metrics = dashboardMetrics('test');
  const ward = new Ward({ signalMs, trendMs: 3_600_000 });
  const models = settings.models ?? SHIPPED_MODELS;
  const ladder = readLadder(await readManifest(`${models}/codec`));
  const coverage = new Coverage();
  const policyLog = new PolicyLog();
  const compression = new Compression(ladder, Date.now() - 3_600_000, settings.price);
  const system = new SystemState();
  const live: Live = new Live({
    ward,
    instance,
    version: 'test',
    metrics,
    onView: () => undefined,
    compression: () => compression.report(Date.now()),
    system: () => system.report(Date.now(), live.connections),
  });
  const policies = createPolicies({
    ladder,
    coverage,
    metrics,
    certified: await openCertified(models, ladder),
    table: { log: policyLog, catchUp: () => Promise.resolve() },
    set: (change) => Promise.resolve(setInLog(policyLog, system, change)),
    tryOut: async (streams, _policy, stop) => (await settings.tryOut?.(streams, stop)) ?? NO_PREVIEW,
  });
  const commands: Station['commands'] = [];
  const strips: Strips = {
    isBusy: false,
    windows: (_bed, stretch, topic) => Promise.resolve(settings.stored?.(stretch, topic) ?? []),
    results: () => Promise.resolve([]),
  };
  const server = await startPageServer({
    gate,
    ward,
    live,
    strips,
    metrics,
    logger,
    host: '127.0.0.1',
    port: settings.port ?? 0,
    root: settings.root ?? BUILT_PAGE,
    policies,
    commands: {
      send: (request, viewer) => {
        commands.push({ request, viewer });
        answer(ward, request, viewer);
        return Promise.resolve('command');
      },
      close: () => Promise.resolve(),
    },
  });
  return {
    url: server.url,
    port: Number(new URL(server.url).port),
    ward,
    compression,
    system,
    live,
    ladder,
    commands,
    coverage,
    policyLog,
    close: async () => {
      live.close();
      await server.close();
    },
  };
}

const NO_PREVIEW = { streams: [], all: sumsOf([], null), interval: null, without: 0, wanted: 0, gone: 0, from: null, to: null }; // prettier-ignore

/** As the one partition of ecg.policy would take it. */
export function setInLog(log: PolicyLog, system: SystemState, { scope, policy, author }: PolicyToSet): PolicyEntry {
  const version = log.newest + 1;
  const taken = log.take({ id: `${version}`, version, scope, author, at: Date.now(), policy });
  if ('mistakes' in taken) throw new Error(taken.mistakes.join());
  system.policyVersion = version;
  return taken;
}

function answer(ward: Ward, { device, action, alarm, pauseMs }: CommandRequest, viewer: Viewer): void {
  const now = Date.now();
  for (const open of ward.openAlarms(device)) {
    if (alarm !== null && open.id !== alarm) continue;
    const change = {
      ACKNOWLEDGE: { state: 'ACKNOWLEDGED', reason: 'ACKNOWLEDGED', acknowledgedBy: viewer.id, acknowledgedAt: now },
      PAUSE: { reason: 'PAUSED', pausedUntil: now + (pauseMs ?? 120_000) },
      RESUME: { reason: 'RESUMED', pausedUntil: null },
    } as const;
    ward.takeAlarm({ ...open, at: now, emittedAt: now, ...change[action] });
  }
}
