import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Packet, PacketOutcome } from '../../../src/lib/signal/packet-order.js';
import { PacketReader, type PacketEvent } from '../../../src/lib/signal/packets.js';
import { MISSING } from '../../../src/lib/signal/types.js';

const START = Date.UTC(2026, 0, 2);

interface Device {
  /** Rate by the device's clock, and as declared. */
  readonly rate?: number;
  readonly declared?: number;
  readonly modulus?: number;
  readonly size?: number;
  /** Epochs that may begin. */
  readonly most?: number;
}

/** Packets whose samples count from 0 on. */
function packets(count: number, { rate = 250, modulus, size = 25 }: Device = {}): Packet[] {
  return Array.from({ length: count }, (_, k) => ({
    sequence: modulus === undefined ? k : k % modulus,
    time: START + (1000 * k * size) / rate,
    received: START + (1000 * (k + 1) * size) / rate,
    samples: Int32Array.from({ length: size }, (_v, i) => k * size + i),
    leadOff: false,
  }));
}

interface Epoch {
  readonly epoch: number;
  readonly reason: string;
  readonly rate: number;
  readonly samples: number[];
}

function read(sent: readonly Packet[], { declared = 250, modulus, most = Infinity }: Device = {}) {
  let [begun, refused] = [0, 0];
  const counts: Partial<Record<PacketOutcome, number>> = {};
  const reader = new PacketReader({
    rate: declared,
    afterEpoch: 0,
    ...(modulus === undefined ? {} : { modulus }),
    count: (outcome, n) => {
      counts[outcome] = (counts[outcome] ?? 0) + n;
    },
    // One packet may let go of several that each begin one.
    mayBegin: () => begun++ < most,
  });
  const epochs: Epoch[] = [];
  const take = (events: readonly PacketEvent[]): void => {
    for (const event of events) {
      if (event.kind === 'epoch') epochs.push({ ...event, samples: [] });
      else if (event.kind === 'samples') epochs.at(-1)!.samples.push(...event.samples);
      else refused++;
    }
  };
  for (const packet of sent) take(reader.push(packet));
  take(reader.flush());
  return { epochs, counts, refused, reader };
}

const upTo = (n: number): number[] => Array.from({ length: n }, (_, i) => i);
const without = (list: readonly Packet[], from: number, to: number): Packet[] => [
  ...list.slice(0, from),
  ...list.slice(to),
];

/** Epochs in order, each behind the end of the one before. */
function expectForward(epochs: readonly Epoch[]): void {
  for (const [i, { epoch }] of epochs.entries()) {
    if (i === 0) continue;
    const before = epochs[i - 1]!;
    expect(epoch).toBeGreaterThan(before.epoch + (1000 * (before.samples.length - 1)) / before.rate);
  }
}

describe('packets', () => {
  it('in order are one epoch of their samples, from the time of the first', () => {
    const { epochs, counts } = read(packets(100));
    expect(epochs).toEqual([expect.objectContaining({ epoch: START, reason: 'start', samples: upTo(2500) })]);
    expect(counts).toEqual({ taken: 100 });
  });

  it.each([16, 256, 65_536])('wrap at %i', (modulus) => {
    const { epochs } = read(packets(1000, { modulus }), { modulus });
    expect(epochs.map(({ samples }) => samples.length)).toEqual([25_000]);
  });

  it('that repeat are dropped and counted', () => {
    const sent = packets(60).flatMap((packet, k) => (k % 7 === 3 ? [packet, packet] : [packet]));
    const { epochs, counts } = read([...sent, ...packets(60).slice(30, 40)]);
    expect(epochs[0]!.samples).toEqual(upTo(1500));
    expect(counts).toEqual({ taken: 60, repeated: 9 + 10 });
  });

  it('that come late within a second are put in their place and counted; later ones are dropped and counted', () => {
    const sent = packets(60);
    const swapped = [...sent.slice(0, 10), sent[13]!, sent[12]!, sent[10]!, sent[11]!, ...sent.slice(14)];
    const reordered = read(swapped);
    expect(reordered.epochs[0]!.samples).toEqual(upTo(1500));
    expect(reordered.counts).toEqual({ taken: 57, reordered: 3 });
    const tooLate = read([...without(sent, 20, 21), sent[20]!]);
    expect(tooLate.epochs[0]!.samples).toEqual(upTo(1500).map((v) => (v >= 500 && v < 525 ? MISSING : v)));
    expect(tooLate.counts).toEqual({ taken: 59, lost: 1, late: 1 });
  });

  it('that never come are missing samples up to 10 s, and beyond that the end of the epoch', () => {
    const sent = packets(400);
    const short = read(without(sent, 50, 140));
    expect(short.epochs).toHaveLength(1);
    expect(short.epochs[0]!.samples).toEqual(upTo(10_000).map((v) => (v >= 1250 && v < 3500 ? MISSING : v)));
    expect(short.counts).toEqual({ taken: 310, lost: 90 });
    const long = read(without(sent, 50, 160));
    expect(long.epochs.map(({ reason, epoch, samples }) => [reason, epoch, samples.length])).toEqual([
      ['start', START, 1250],
      ['hole', START + 16_000, 6000],
    ]);
  });

  it.each([
    [1, 16],
    [3, 16],
  ])('%i whole laps of %i that are lost are seen by time', (laps, modulus) => {
    const sent = packets(200, { modulus });
    const { epochs, counts } = read(without(sent, 40, 40 + laps * modulus), { modulus });
    expect(counts.lost).toBe(laps * modulus);
    expect(epochs).toHaveLength(1);
    const hole = laps * modulus * 25;
    expect(epochs[0]!.samples).toEqual(upTo(5000).map((v) => (v >= 1000 && v < 1000 + hole ? MISSING : v)));
  });

  it.each([3_600_000, -3_600_000, 2_000, -2_000])(
    'behind a clock step of %i ms begin an epoch, never backwards',
    (step) => {
      const sent = packets(100).map((packet, k) => (k < 50 ? packet : { ...packet, time: packet.time + step }));
      const { epochs } = read(sent);
      expect(epochs.map(({ reason, samples }) => [reason, samples.length])).toEqual([
        ['start', 1250],
        ['clock-step', 1250],
      ]);
      expectForward(epochs);
      // The id stays near the gateway's clock whatever the device's says.
      expect(Math.abs(epochs[1]!.epoch - sent[50]!.received)).toBeLessThanOrEqual(300_000);
    },
  );

  it.each([1_500, 8_000])('behind a pause of %i ms in which the device measured nothing begin one too', (pause) => {
    const sent = packets(100).map((packet, k) =>
      k < 50 ? packet : { ...packet, time: packet.time + pause, received: packet.received + pause + 300 },
    );
    const { epochs } = read(sent);
    expect(epochs.map(({ reason }) => reason)).toEqual(['start', 'hole']);
    expectForward(epochs);
  });

  it('that may not begin an epoch go on in the one that is open, by the count of samples', () => {
    const sent = packets(100).map((packet, k) =>
      k < 50 || k >= 53 ? packet : { ...packet, time: packet.time - 2_000 },
    );
    const { epochs, refused } = read(sent, { most: 1 });
    expect(refused).toBe(2);
    expect(epochs.map(({ samples }) => samples)).toEqual([upTo(2500)]);
  });

  it('that may not begin the first epoch are dropped', () => {
    expect(read(packets(10), { most: 0 })).toMatchObject({ epochs: [], refused: 10 });
  });

  it('of a device whose clock shows another year have the gateway’s time', () => {
    const sent = packets(10).map((packet) => ({ ...packet, time: packet.time + 1e12 }));
    expect(read(sent).epochs[0]!.epoch).toBe(sent[0]!.received);
  });

  it('of a device that counts from anew begin an epoch', () => {
    const again = packets(20).map((p) => ({ ...p, time: p.time + 13_000, received: p.received + 13_000 }));
    const { epochs } = read([...packets(100), ...again]);
    expect(epochs.map(({ reason, samples }) => [reason, samples.length])).toEqual([
      ['start', 2500],
      ['restart', 500],
    ]);
    expectForward(epochs);
  });

  it('of 131 Hz that is declared 130 tell the true rate, and begin an epoch with it before they are 1.1 s off', () => {
    const jitter = (k: number): number => ((k * 7919) % 41) - 20;
    const sent = packets(9000, { rate: 131, size: 13 }).map((p, k) => ({ ...p, time: p.time + jitter(k) }));
    const { epochs, reader } = read(sent, { declared: 130 });
    expect(reader.trueRate).toBeCloseTo(131, 1);
    expect(epochs.map(({ reason }) => reason)).toEqual(['start', 'drift']);
    expect(epochs[1]!.rate).toBeCloseTo(131, 1);
    expect(epochs[0]!.samples.length / 130 - epochs[0]!.samples.length / 131).toBeLessThan(1.1);
    expectForward(epochs);
    expect(epochs.flatMap(({ samples }) => samples)).toEqual(upTo(9000 * 13));
  });

  it('with stamps that are some 20 ms off are one epoch all the same', () => {
    const sent = packets(3000).map((p, k) => ({ ...p, time: p.time + ((k * 7919) % 41) - 20 }));
    expect(read(sent).epochs).toHaveLength(1);
  });

  it('in any disorder never go backwards, repeat a sample or lose one unseen', () => {
    const modulus = 64;
    const disorder = fc.array(
      fc.record({
        at: fc.nat(299),
        what: fc.constantFrom('drop', 'repeat', 'swap', 'step'),
        by: fc.integer({ min: -20_000, max: 20_000 }),
      }),
      { maxLength: 12 },
    );
    fc.assert(
      fc.property(disorder, fc.constantFrom(Infinity, 1, 3), (faults, most) => {
        const sent = packets(300, { modulus });
        // Steps first: a packet that is sent again keeps its stamp.
        const steps = faults.filter(({ what }) => what === 'step');
        for (const { at, what, by } of [...steps, ...faults.filter((fault) => !steps.includes(fault))]) {
          const packet = sent[at];
          if (packet === undefined) continue;
          if (what === 'drop') sent.splice(at, 1 + (Math.abs(by) % 30));
          else if (what === 'repeat') sent.splice(Math.min(sent.length, at + (Math.abs(by) % 10)), 0, packet);
          else if (what === 'swap') [sent[at], sent[at + 1]] = [sent[at + 1] ?? packet, packet];
          else for (let k = at; k < sent.length; k++) sent[k] = { ...sent[k]!, time: sent[k]!.time + by };
        }
        const { epochs, counts } = read(sent, { modulus, most });
        expect(epochs.length).toBeLessThanOrEqual(most);
        expectForward(epochs);
        const values = epochs.flatMap(({ samples }) => samples).filter((v) => v !== MISSING);
        const taken = (counts.taken ?? 0) + (counts.reordered ?? 0);
        expect([new Set(values).size, values.length]).toEqual([25 * taken, 25 * taken]);
        expect(taken + (counts.repeated ?? 0) + (counts.late ?? 0)).toBe(sent.length);
      }),
      {
        numRuns: 100,
        examples: [
          [
            [
              { at: 1, what: 'drop', by: 11_310 },
              { at: 1, what: 'drop', by: -8151 },
              { at: 25, what: 'step', by: -7401 },
            ],
            3,
          ],
        ],
      },
    );
  });
});
