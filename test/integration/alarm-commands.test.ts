import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createEdgeProducer, ensureTopics, type KafkaConnection } from '../../src/lib/kafka/index.js';
import { FLAG } from '../../src/lib/signal/flags.js';
import { MODEL_RATE, WINDOW } from '../../src/lib/signal/grid.js';
import { encode, type AlarmEvent } from '../../src/lib/wire/index.js';
import { SAMPLES } from '../lib/wire/samples.js';
import { connect, unique, until } from './kafka-helpers.js';
import { drained, start, startService, temporaryFolder } from './processes.js';
import { readTopics } from './raw-reader.js';

const device = unique('bed');
const ended = { state: 'ENDED', reason: 'CONDITION_ENDED' } as const;
const quiet = { acknowledgedBy: null, acknowledgedAt: null, pausedUntil: null, supersededBy: null };
const change = (id: string, over: Partial<AlarmEvent>): AlarmEvent => ({
  ...SAMPLES['ecg.alarms'],
  id: `${device}/${id}`,
  device,
  kind: 'tachycardia',
  state: 'ACTIVE',
  reason: 'ONSET',
  ...quiet,
  ...over,
});

let connection: KafkaConnection;
beforeAll(async () => {
  connection = await connect();
  await ensureTopics(connection.admin, { partitions: 4 });
  const producer = await createEdgeProducer(connection);
  const info = { ...SAMPLES['ecg.streams'], stream: `${device}.1`, device };
  await producer.send({ topic: 'ecg.streams', key: info.stream, values: [encode('ecg.streams', info)] });
  const later = Date.now() + 3_600_000;
  const changes = [
    change('over', {}),
    change('paused', { reason: 'PAUSED', pausedUntil: later, priority: 'MEDIUM' }),
    change('latched', { kind: 'asystole', priority: 'HIGH' }),
    change('over', ended),
    change('latched', { kind: 'asystole', priority: 'HIGH', state: 'LATCHED', reason: 'CONDITION_ENDED' }),
  ];
  await producer.send({ topic: 'ecg.alarms', key: device, values: changes.map((each) => encode('ecg.alarms', each)) });
  await producer.close();
});
afterAll(() => connection.close());

const run = (...args: string[]) => start(['alarms', ...args]).ended;
const commands = async () => (await readTopics(['ecg.alarm-commands'])).filter(({ key }) => key === device);

it('lists what has not ended, the most urgent first, as a table and as JSON', async () => {
  const json = join(await temporaryFolder(), 'alarms.json');
  const { code, stdout } = await run('list', '--json', json);
  expect(code).toBe(0);
  const rows = stdout.split('\n').filter((line) => line.includes(device));
  expect(rows).toHaveLength(2);
  expect(rows[0]).toMatch(/\*\*\* .*asystole .*latched .*\/latched/);
  expect(rows[1]).toMatch(/\*\* .*tachycardia .*active .*T.*T.*\/paused/);
  const list = (JSON.parse(await readFile(json, 'utf8')) as AlarmEvent[]).filter((each) => each.device === device);
  expect(list.map(({ id, state }) => [id, state])).toEqual([
    [`${device}/latched`, 'LATCHED'],
    [`${device}/paused`, 'ACTIVE'],
  ]);
});

it('writes each command under the bed, in order, with who gave it and when', async () => {
  const begun = Date.now();
  const by = ['--device', device, '--author', 'nurse-3'];
  const runs = [
    ['acknowledge', ...by, '--alarm', `${device}/latched`],
    ['acknowledge', ...by],
    ['pause', ...by, '--minutes', '2'],
    ['resume', ...by],
  ];
  for (const args of runs) {
    const { code, stdout, stderr } = await run(...args);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(new RegExp(`^${args[0] ?? ''} for ${device} written, command [0-9a-f-]{36}\n$`));
  }
  const written = await commands();
  const common = { device, author: 'nurse-3', kind: null };
  expect(written.map(({ value }) => value)).toMatchObject([
    { ...common, action: 'ACKNOWLEDGE', alarm: `${device}/latched`, pauseMs: null },
    { ...common, action: 'ACKNOWLEDGE', alarm: null, pauseMs: null },
    { ...common, action: 'PAUSE', alarm: null, pauseMs: 120_000 },
    { ...common, action: 'RESUME', alarm: null, pauseMs: null },
  ]);
  expect(new Set(written.map(({ value }) => value['id'])).size).toBe(4);
  for (const { value } of written) expect(Number(value['at'])).toBeGreaterThanOrEqual(begun);
  // With the alarms of the bed, so that one member meets both.
  const alarms = (await readTopics(['ecg.alarms'])).filter(({ key }) => key === device);
  expect(new Set([...written, ...alarms].map(({ partition }) => partition)).size).toBe(1);
});

it('refuses an unknown bed and an alarm that is not open, says what there is, and writes nothing', async () => {
  const before = (await commands()).length;
  const nobody = unique('nobody');
  const unknown = await run('pause', '--device', nobody, '--author', 'nurse-3', '--minutes', '2');
  expect(unknown.code).toBe(1);
  expect(unknown.stderr).toMatch(
    new RegExp(`^error DEVICE_UNKNOWN: ecg.streams declares no stream of ${nobody}\\. There is `),
  );
  expect(unknown.stderr).toMatch(/\nhelp: .*alarms list/);
  const over = await run('acknowledge', '--device', device, '--author', 'nurse-3', '--alarm', `${device}/over`);
  expect(over.code).toBe(2);
  expect(over.stderr).toContain(
    `--alarm ${device}/over is no open alarm of ${device}. There is ${device}/latched (asystole)`,
  );
  const long = await run('pause', '--device', device, '--author', 'nurse-3', '--minutes', '11');
  expect([long.code, long.stderr]).toEqual([2, expect.stringContaining('--minutes')]);
  expect(await commands()).toHaveLength(before);
  expect((await readTopics(['ecg.alarm-commands'])).filter(({ key }) => key === nobody)).toEqual([]);
});

it('is taken in by the alarm rules: an acknowledged alarm says by whom', async () => {
  const bed = unique('bed');
  const stream = `${bed}.1`;
  const groupId = unique('alarm-commands');
  const epoch = Date.now() - 12_000;
  const producer = await createEdgeProducer(connection);
  const info = { ...SAMPLES['ecg.streams'], stream, device: bed, declaredAt: epoch };
  await producer.send({ topic: 'ecg.streams', key: stream, values: [encode('ecg.streams', info)] });
  // A lead that is off, window after window.
  const windows = [0, 1].map((sequence) => {
    const samples = Buffer.alloc(2 * WINDOW);
    const place = { stream, device: bed, epoch, sequence, start: sequence * WINDOW, length: WINDOW, rate: MODEL_RATE };
    const at = epoch + ((sequence + 1) * WINDOW * 1000) / MODEL_RATE;
    return encode('ecg.signals', {
      ...SAMPLES['ecg.signals'],
      ...place,
      firstIndex: sequence * WINDOW,
      samples,
      flags: FLAG.LEAD_OFF | FLAG.CONSTANT,
      closedAt: Math.round(at),
      sentAt: Math.round(at),
      decodedAt: Math.round(at),
      clockRate: 1,
    });
  });
  await producer.send({ topic: 'ecg.signals', key: bed, values: windows });
  await producer.close();
  const tasks = await startService('tasks-stream', ['--group-id', groupId]);
  const states = async () => {
    const changes = await readTopics(['ecg.alarms']);
    return changes.filter(({ key, value }) => key === bed && value['kind'] === 'lead-off').map(({ value }) => value);
  };
  await until('the alarm', async () => (await states()).some(({ state }) => state === 'ACTIVE'), 180_000);
  expect((await run('acknowledge', '--device', bed, '--author', 'nurse-5')).code).toBe(0);
  await until('the acknowledgement', async () => (await states()).some(({ state }) => state === 'ACKNOWLEDGED'));
  const { stdout } = await run('list');
  const row = stdout.split('\n').find((line) => line.includes(bed) && line.includes('lead-off'));
  expect(row).toMatch(/acknowledged .*nurse-5/);
  expect(await drained(tasks)).toBe(0);
}, 300_000);
