import { describe, expect, it } from 'vitest';
import { ChannelTable, type StreamInfo } from '../../../src/lib/wire/index.js';
import { SAMPLES } from './samples.js';

const DAY = 86_400_000;
const T0 = Date.UTC(2026, 0, 2);

/** The declaration of epoch n of a stream, listing the `listed` epochs up to it; epoch n is channel n. */
const declare = (n: number, listed: number, over: Partial<StreamInfo> = {}): StreamInfo => ({
  ...SAMPLES['ecg.streams'],
  stream: 'bed-7.1',
  rate: 300 + n,
  declaredAt: T0 + n * DAY,
  channels: Array.from({ length: Math.min(n + 1, listed) }, (_, i) => ({ run: 9, channel: n - i, epoch: T0 + (n - i) * DAY })), // prettier-ignore
  ...over,
});

describe('the table of channels', () => {
  it('knows every epoch of a declaration, and those of earlier ones, each as it was declared', () => {
    const table = new ChannelTable();
    table.take('bed-7.1', declare(2, 2));
    expect(table.get(9, 0)).toBeUndefined();
    expect(table.get(9, 1)).toMatchObject({ epoch: T0 + DAY, info: { rate: 302 } });
    table.take('bed-7.1', declare(3, 2));
    table.take('bed-7.1', declare(4, 2));
    expect([2, 3, 4].map((n) => table.get(9, n)?.info.rate)).toEqual([302, 303, 304]);
    expect([1, 2, 3, 4].map((n) => table.get(9, n)?.epoch)).toEqual([1, 2, 3, 4].map((n) => T0 + n * DAY));
  });

  it('tells the runs of a gateway apart', () => {
    const table = new ChannelTable();
    table.take('bed-7.1', declare(0, 1));
    table.take('bed-8.1', declare(0, 1, { stream: 'bed-8.1', channels: [{ run: 10, channel: 0, epoch: T0 }] }));
    expect(table.get(9, 0)?.info.stream).toBe('bed-7.1');
    expect(table.get(10, 0)?.info.stream).toBe('bed-8.1');
    expect(table.get(11, 0)).toBeUndefined();
  });

  it('leaves a channel with the stream that declared it first', () => {
    const table = new ChannelTable();
    table.take('bed-7.1', declare(0, 1));
    table.take('bed-8.1', declare(0, 1, { stream: 'bed-8.1' }));
    expect(table.get(9, 0)?.info.stream).toBe('bed-7.1');
    table.take('bed-8.1', null);
    expect(table.get(9, 0)?.info.stream).toBe('bed-7.1');
  });

  it('forgets what no segment that is kept can name: not listed any more and older than 8 days', () => {
    const table = new ChannelTable();
    for (let n = 0; n < 30; n++) table.take('bed-7.1', declare(n, 3));
    const known = Array.from({ length: 30 }, (_, n) => n).filter((n) => table.get(9, n) !== undefined);
    expect(known).toEqual([21, 22, 23, 24, 25, 26, 27, 28, 29]);
    // However old, the epochs that are listed stay.
    table.take('bed-7.1', declare(30, 3, { declaredAt: T0 + 300 * DAY }));
    expect([27, 28, 29, 30].map((n) => table.get(9, n)?.epoch)).toEqual([undefined, T0 + 28 * DAY, T0 + 29 * DAY, T0 + 30 * DAY]); // prettier-ignore
  });

  it('forgets a stream that was deleted', () => {
    const table = new ChannelTable();
    table.take('bed-7.1', declare(3, 2));
    table.take('bed-7.1', null);
    expect(table.get(9, 3)).toBeUndefined();
    table.take('bed-7.1', declare(4, 1));
    expect(table.get(9, 4)?.epoch).toBe(T0 + 4 * DAY);
  });
});
