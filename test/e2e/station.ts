/** The dashboard's own server, page and ward, fed by the test in the place of topics. */
import { pino } from 'pino';
import { openGate, type Gate } from '../../src/dashboard/auth/gate.js';
import { Compression } from '../../src/dashboard/compression.js';
import { Live } from '../../src/dashboard/live.js';
import { dashboardMetrics } from '../../src/dashboard/metrics.js';
import type { CommandRequest, Viewer } from '../../src/dashboard/protocol.js';
import { startPageServer } from '../../src/dashboard/server.js';
import type { Strips, Stretch } from '../../src/dashboard/strips.js';
import { SystemState } from '../../src/dashboard/system.js';
import { Ward } from '../../src/dashboard/ward.js';
import { readLadder, type Ladder } from '../../src/lib/codec/ladder.js';
import { readManifest } from '../../src/lib/model/manifest.js';
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
  /** What the topics hold of a stretch. */
  readonly stored?: (stretch: Stretch, topic: 'ecg.signals' | 'ecg.originals') => SignalWindow[];
}

export async function startStation(settings: StationSettings = {}): Promise<Station> {
  const { gate = openGate(), instance = `test-${Math.random()}`, signalMs = 180_000 } = settings;
  const logger = pino({ level: 'silent' });
  const metrics = dashboardMetrics('test');
  const ward = new Ward({ signalMs, trendMs: 3_600_000 });
  const ladder = readLadder(await readManifest(`${settings.models ?? SHIPPED_MODELS}/codec`));
  const compression = new Compression(ladder, Date.now() - 3_600_000);
  const system = new SystemState();
  const live: Live = new Live({
    ...{ ward, instance, version: 'test', metrics, onView: () => undefined },
    compression: () => compression.report(Date.now()),
    system: () => system.report(Date.now(), live.connections),
  });
  const commands: Station['commands'] = [];
  const strips: Strips = {
    windows: (_bed, stretch, topic) => Promise.resolve(settings.stored?.(stretch, topic) ?? []),
    results: () => Promise.resolve([]),
  };
  const server = await startPageServer({
    ...{
      gate,
      ward,
      live,
      strips,
      metrics,
      logger,
      host: '127.0.0.1',
      port: settings.port ?? 0,
      root: settings.root ?? BUILT_PAGE,
    },
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
    ...{ url: server.url, port: Number(new URL(server.url).port), ward, compression, system, live, ladder, commands },
    close: async () => {
      live.close();
      await server.close();
    },
  };
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
