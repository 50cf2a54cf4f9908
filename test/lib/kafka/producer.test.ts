import { expect, it } from 'vitest';

import { createEdgeProducer, type KafkaConnection } from '../../../src/lib/kafka/index.js';

/** A cluster whose producers do at each connection and each send what is next here: false, it fails. */
function cluster(connects: boolean[], sends: boolean[] = []) {
  const calls: string[] = [];
  let made = 0;
  const producer = () => {
    const name = ++made;
    const call = (what: string, isFine = true): Promise<unknown> => {
      calls.push(`${what} ${name}`);
      return isFine ? Promise.resolve([{ partition: 0, baseOffset: '0' }]) : Promise.reject(new Error(what));
    };
    return {
      connect: () => call('connect', connects.shift()),
      send: () => call('send', sends.shift()),
      disconnect: () => call('disconnect'),
    };
  };
  return { connection: { producers: { producer } } as unknown as KafkaConnection, calls };
}

it('leaves no connection behind where a producer cannot be made', async () => {
  const { connection, calls } = cluster([false]);
  await expect(createEdgeProducer(connection)).rejects.toThrow('connect');
  expect(calls).toEqual(['connect 1', 'disconnect 1']);
});

it('leaves none behind where the producer after a failed batch cannot be made', async () => {
  const { connection, calls } = cluster([true, false, true], [false]);
  const edge = await createEdgeProducer(connection);
  const send = (): Promise<unknown> => edge.send({ topic: 't', key: 'k', values: [Buffer.alloc(3)] });
  await expect(send()).rejects.toThrow('send');
  await expect(send()).rejects.toThrow('connect');
  await send();
  await edge.close();
  expect(calls).toEqual([
    ...['connect 1', 'send 1', 'disconnect 1'],
    ...['connect 2', 'disconnect 2'],
    ...['connect 3', 'send 3', 'disconnect 3'],
  ]);
});
