import { expect, it } from 'vitest';
import { PacketOrder, type Packet } from '../../../src/lib/signal/packet-order.js';

const START = Date.UTC(2026, 0, 2);

/** 0.1 s of 250 Hz; the clock is off by `clock` ms. */
function packet(sequence: number, clock = 0): Packet {
  const time = START + 100 * sequence;
  return { sequence, time: time + clock, received: time, samples: new Int32Array(25), leadOff: false };
}

it('remembers the stamps of the last 64 packets alone, also where packets were lost', () => {
  const order = new PacketOrder({ rate: 250, count: () => undefined });
  for (let sequence = 0; sequence <= 100; sequence++) if (sequence !== 74) order.push(packet(sequence));
  // The clock steps back by a minute, then the device begins anew, by chance with number and stamp of packet 10.
  for (let sequence = 101; sequence <= 110; sequence++) order.push(packet(sequence, -60_000));
  expect(order.push(packet(10)).map(({ restarted }) => restarted)).toEqual([true]);
});
