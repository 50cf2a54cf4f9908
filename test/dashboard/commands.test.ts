import { pino } from 'pino';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { openCommands } from '../../src/dashboard/commands.js';
import { dashboardMetrics } from '../../src/dashboard/metrics.js';
import type { Viewer } from '../../src/dashboard/protocol.js';
import { Ward } from '../../src/dashboard/ward.js';
import { ERRORS } from '../../src/lib/errors/catalogue.js';
import type { KafkaConnection } from '../../src/lib/kafka/index.js';
import { SAMPLES } from '../lib/wire/samples.js';

const NURSE: Viewer = { id: 'n', name: 'N', role: 'clinician', openAccess: false };

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

it('says that a command may still take effect where the broker confirms it after the 10 s that a person waits', async () => {
  const written = vi.fn();
  const producer = {
    connect: () => Promise.resolve(),
    disconnect: () => Promise.resolve(),
    send: async () => {
      await new Promise((resolve) => setTimeout(resolve, 20_000));
      written();
      return [{ partition: 0, baseOffset: '0' }];
    },
  };
  const connection = { producers: { producer: () => producer }, logger: pino({ level: 'silent' }) };
  const ward = new Ward({ signalMs: 60_000, trendMs: 60_000 });
  ward.takeStream(SAMPLES['ecg.streams']);
  const commands = await openCommands(connection as unknown as KafkaConnection, ward, dashboardMetrics('test'));
  const { device } = SAMPLES['ecg.streams'];
  const sent = commands.send({ device, action: 'PAUSE', alarm: null, pauseMs: 60_000 }, NURSE).catch((error: unknown) => error); // prettier-ignore
  await vi.advanceTimersByTimeAsync(10_000);
  const said = await sent;
  expect(said).toMatchObject({ code: 'COMMAND_FAILED' });
  expect(written).not.toHaveBeenCalled();
  await vi.advanceTimersByTimeAsync(10_000);
  expect(written).toHaveBeenCalledOnce();
  for (const text of [(said as Error).message, ERRORS.COMMAND_FAILED.help]) {
    expect(text).toContain('may still take effect');
    expect(text).not.toContain('nothing has changed');
  }
});
