import { afterEach, expect, it, vi } from 'vitest';
import { nameOf, readOriginals } from '../../../src/dashboard/policy/originals.js';
import type { InputRecord, KafkaConnection } from '../../../src/lib/kafka/index.js';
import { RECORD } from '../../../src/lib/signal/grid.js';
import { encode } from '../../../src/lib/wire/index.js';
import { SAMPLES } from '../../lib/wire/samples.js';
import { fakeTails } from '../fake-tails.js';

afterEach(() => {
  vi.restoreAllMocks();
});

it('passes over an original that cannot be decoded, and finds the others', async () => {
  const whole = { ...SAMPLES['ecg.originals'], start: 0, length: RECORD, firstIndex: 0 };
  const { stream, device, epoch, closedAt } = whole;
  const record = (value: Buffer) => ({ key: Buffer.from(device), value });
  fakeTails({
    'ecg.originals': [record(Buffer.from('nonsense')), record(encode('ecg.originals', whole))],
  });
  const wanted = { stream, device, epoch, record: 0, evaluatedAt: closedAt + 1000 };
  const unreadable: InputRecord[] = [];
  const found = await readOriginals({} as KafkaConnection, [wanted], (one) => unreadable.push(one));
  expect([...found.keys()]).toEqual([nameOf(wanted)]);
  expect(unreadable.map(({ offset }) => offset)).toEqual([0]);
});
