import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { createEdgeProducer, type KafkaConnection } from '../../src/lib/kafka/index.js';
import { encode, type AlarmEvent } from '../../src/lib/wire/index.js';
import { brokers, connect, createTopic, unique } from '../integration/kafka-helpers.js';
import { SAMPLES } from '../lib/wire/samples.js';
import { runToEnd, type Ended } from './processes.js';
import { pythonWith } from './python-environment.js';

const RUN_MS = 60_000;
const INSTALL_MS = 400_000;

const at = Date.UTC(2026, 0, 31, 12, 0, 4);
const asystole: AlarmEvent = {
  ...SAMPLES['ecg.alarms'],
  id: 'a1',
  device: 'bed-7',
  kind: 'asystole',
  priority: 'HIGH',
  message: 'Asystole: no beat for 4 s',
  at,
};
const fast: AlarmEvent = {
  ...asystole,
  id: 'b1',
  device: 'bed-8',
  kind: 'tachycardia',
  priority: 'MEDIUM',
  message: 'Tachycardia',
  historical: true,
};
const leadOff: AlarmEvent = { ...fast, id: 'c1', kind: 'lead-off', priority: 'LOW', message: 'Lead off', source: null };

const FIRST_LINES = [
  '2026-01-31T12:00:04.000Z *** bed-7 asystole ACTIVE: Asystole: no beat for 4 s',
  '2026-01-31T12:00:09.000Z *** bed-7 asystole ENDED: Asystole: no beat for 4 s',
  '2026-01-31T12:00:04.000Z **  bed-8 tachycardia ACTIVE: Tachycardia (historical)',
];
const LATER_LINE = '2026-01-31T12:00:04.000Z *   bed-8 lead-off ACTIVE: Lead off (historical)';

const pathOf = (relative: string): string => fileURLToPath(new URL(`../../${relative}`, import.meta.url));

let connection: KafkaConnection;
let topic: string;

/** One topic serves both: each reads it with a group of its own. */
beforeAll(async () => {
  connection = await connect();
  topic = await createTopic(connection, 'alarms', 1);
  await send([asystole, Buffer.from('no Avro')]);
  await abort(leadOff);
  await send([asystole, { ...asystole, state: 'ENDED', at: at + 5000 }, fast, leadOff]);
});
afterAll(() => connection.close());

async function send(events: readonly (AlarmEvent | Buffer)[]): Promise<void> {
  const producer = await createEdgeProducer(connection);
  const values = events.map((event) => (Buffer.isBuffer(event) ? event : encode('ecg.alarms', event)));
  await producer.send({ topic, key: 'bed-7', values });
  await producer.close();
}

/** Writes an event in a transaction that comes to nothing. */
async function abort(event: AlarmEvent): Promise<void> {
  const producer = connection.producers.producer({
    transactionalId: unique('aborted'),
    idempotent: true,
    maxInFlightRequests: 1,
  });
  await producer.connect();
  const transaction = await producer.transaction();
  await transaction.send({ topic, messages: [{ key: 'bed-8', value: encode('ecg.alarms', event) }] });
  await transaction.abort();
  await producer.disconnect();
}

/** Runs an example twice as one group: it ends after three lines, and goes on with the fourth. */
async function expectLines(run: (args: readonly string[]) => Promise<Ended>): Promise<void> {
  const common = ['--brokers', brokers.join(','), '--topic', topic, '--group', unique('alarms')];
  const first = await run([...common, '--count', '3']);
  expect(first).toMatchObject({ code: 0, stdout: `${FIRST_LINES.join('\n')}\n` });
  expect(first.stderr).toContain(`${topic} 0/1: not a framed Avro value`);
  expect(await run([...common, '--count', '1'])).toEqual({ code: 0, stdout: `${LATER_LINE}\n`, stderr: '' });
}

describe('the consumer in TypeScript', () => {
  it('prints each committed event once, and goes on where its group left off', async () => {
    const compiler = pathOf('node_modules/typescript/bin/tsc');
    const built = await runToEnd(process.execPath, [compiler, '-p', pathOf('examples/alarms-typescript')], RUN_MS);
    expect(built).toEqual({ code: 0, stdout: '', stderr: '' });
    const program = pathOf('examples/alarms-typescript/dist/alarms.js');
    await expectLines((args) => runToEnd(process.execPath, [program, ...args], RUN_MS));
  });

  it('names the versions of its packages that it is tested with', () => {
    const packagesOf = (file: string): Record<string, string> => {
      const { dependencies, devDependencies } = JSON.parse(readFileSync(pathOf(file), 'utf8')) as Record<
        'dependencies' | 'devDependencies',
        Record<string, string>
      >;
      return { ...dependencies, ...devDependencies };
    };
    expect(packagesOf('package.json')).toMatchObject(packagesOf('examples/alarms-typescript/package.json'));
  });
});

describe('the consumer in Python', () => {
  let python: string;
  beforeAll(async () => {
    python = await pythonWith(pathOf('examples/alarms-python/requirements.txt'));
  }, INSTALL_MS);

  it('prints each committed event once, and goes on where its group left off', async () => {
    const program = pathOf('examples/alarms-python/alarms.py');
    await expectLines((args) => runToEnd(python, [program, ...args], RUN_MS));
  });
});
