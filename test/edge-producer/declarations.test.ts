import { describe, expect, it } from 'vitest';
import { Declarations } from '../../src/edge-producer/declarations.js';
import { ChannelTable, decode, encode, type StreamInfo } from '../../src/lib/wire/index.js';
import { SAMPLES } from '../lib/wire/samples.js';

const T0 = Date.UTC(2026, 0, 2);
const common = { gateway: 'ward-3', ward: null, clockRate: 1, model: 'ab' };
const source = (bed: number, rate = 300) => ({
  stream: `ward-3-${bed}.1`,
  device: `ward-3-${bed}`,
  lead: { name: 'II', rate, gain: 200, baseline: 0, calibrated: true },
});
/** A gateway that started where ecg.streams held `known`. */
const start = (known: readonly StreamInfo[] = []) =>
  new Declarations(
    common,
    known.map((info) => [info.stream, info]),
  );

describe('declarations', () => {
  it('say what the stream is, and give every epoch of every stream a channel of its own', () => {
    const gateway = start();
    const all = [1, 2, 1].map((bed, i) => gateway.declare(source(bed, 300 + i), T0 + i, T0 + 50 + i));
    expect(all.map(({ channel }) => channel)).toEqual([0, 1, 2]);
    const { run } = gateway;
    expect(all[2]?.info).toEqual({
      stream: 'ward-3-1.1',
      device: 'ward-3-1',
      lead: 'II',
      unit: 'mV',
      gain: 200,
      baseline: 0,
      rate: 302,
      calibrated: true,
      declaredAt: T0 + 52,
      ...common,
      channels: [
        { run, channel: 2, epoch: T0 + 2 },
        { run, channel: 0, epoch: T0 },
      ],
    });
    expect(decode('ecg.streams', encode('ecg.streams', all[2]!.info))).toEqual(all[2]!.info);
  });

  it('list the 16 newest epochs, those of earlier runs included', () => {
    const before = start();
    let info = SAMPLES['ecg.streams'];
    for (let i = 0; i < 10; i++) ({ info } = before.declare(source(1), T0 + i, T0));
    const after = start([info]);
    expect(after.newestEpoch('ward-3-1.1')).toBe(T0 + 9);
    expect(after.newestEpoch('ward-3-2.1')).toBe(0);
    for (let i = 10; i < 20; i++) ({ info } = after.declare(source(1), T0 + i, T0));
    expect(info.channels.map(({ epoch }) => epoch - T0)).toEqual([19, 18, 17, 16, 15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4]); // prettier-ignore
    expect(new Set(info.channels.map(({ run }) => run))).toEqual(new Set([before.run, after.run]));
  });

  it('of a gateway that starts again name nothing anew: not after a crash that lost its last ones, nor beside a double', () => {
    const table = new ChannelTable();
    const declare = (gateway: Declarations, bed: number, epoch: number) => {
      const { channel, info } = gateway.declare(source(bed), epoch, epoch);
      table.take(info.stream, info);
      return { run: gateway.run, channel, stream: info.stream, epoch };
    };
    const first = start();
    const declared = [declare(first, 1, T0), declare(first, 2, T0 + 1)];
    // What the second one saw of ecg.streams does not matter: here nothing. The first one lives on.
    const second = start();
    declared.push(declare(second, 3, T0 + 2), declare(first, 4, T0 + 3), declare(second, 1, T0 + 4));
    for (const { run, channel, stream, epoch } of declared) {
      expect(table.get(run, channel)).toMatchObject({ epoch, info: { stream } });
    }
    expect(second.run).not.toBe(first.run);
  });
});
