import { access, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import avro from 'avsc';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CompressedFileWriter, readRuns, type SegmentRun } from '../../../src/lib/compressed-file/index.js';
import { runType } from '../../../src/lib/compressed-file/schema.js';
import { DynamicDeepError } from '../../../src/lib/errors/index.js';
import { block, container, fileOf, header, objectOf, run, runsOf } from './runs.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'compressed-file-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const payload = (count: number, from = 0): Buffer =>
  Buffer.from(Array.from({ length: count }, (_, i) => (i + from) % 256));
const segments = (count: number, bytes = 40): SegmentRun['segments'] =>
  Array.from({ length: count }, (_, i) => ({ gap: i % 2, length: 1792, rung: i % 3, payload: payload(bytes, i) }));
const schema = JSON.stringify(runType().schema());

describe('a compressed file', () => {
  it('gives its runs back, also such as are larger than a block', async () => {
    const runs = [
      run({ header: header({ rails: { low: -2048, high: 2047 }, startAt: 1_700_000_000_000 }), segments: segments(3), last: false }),
      run({ run: 1, start: 5378, segments: segments(40, 5000), last: false }),
      run({ run: 2, last: true }),
    ]; // prettier-ignore
    const read = await runsOf(folder, await fileOf(folder, runs));
    expect(read.map((each) => JSON.stringify({ ...each, crc: 0 }))).toEqual(
      runs.map((each) => JSON.stringify({ ...each, crc: 0 })),
    );
  });

  it('is one that other Avro readers know: magic, schema, blocks with a sync marker each', async () => {
    const bytes = await fileOf(
      folder,
      [0, 1, 2].map((each) => run({ run: each, segments: segments(50, 900) })),
    );
    const decoder = new avro.streams.BlockDecoder();
    const read: unknown[] = [];
    decoder.on('data', (each) => read.push(each));
    await new Promise((resolve, reject) => decoder.on('end', resolve).on('error', reject).end(bytes));
    expect(read).toHaveLength(3);
    const sync = bytes.subarray(-16);
    expect(bytes.toString('latin1').split(sync.toString('latin1'))).toHaveLength(5);
  });

  it('takes its place only when it is kept', async () => {
    const path = join(folder, 'kept.avro');
    const there = (file: string): Promise<boolean> => access(file).then(() => true, () => false); // prettier-ignore
    const dropped = await CompressedFileWriter.open(path);
    await dropped.write(run());
    await dropped.discard();
    expect([await there(path), await there(dropped.partial)]).toEqual([false, false]);
    const kept = await CompressedFileWriter.open(path);
    await kept.write(run());
    expect(await kept.end()).toBeGreaterThan(1000);
    await kept.keep();
    expect([await there(path), await there(kept.partial)]).toEqual([true, false]);
  });

  it('that cannot be written is CONFIG_INVALID', async () => {
    await expect(CompressedFileWriter.open(join(folder, 'none', 'x.avro'))).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
    });
  });

  it('is refused where it is cut at any byte or any bit of it is flipped, or gives what was in it', async () => {
    const runs = [
      run({ header: header(), segments: segments(4), last: false }),
      run({ run: 1, segments: segments(9) }),
    ];
    const bytes = await fileOf(folder, runs);
    const whole = JSON.stringify(await runsOf(folder, bytes));
    const outcome = async (damaged: Uint8Array): Promise<string> => {
      try {
        return JSON.stringify(await runsOf(folder, damaged));
      } catch (error) {
        if (error instanceof DynamicDeepError && error.code === 'COMPRESSED_FILE_INVALID') return 'refused';
        throw error;
      }
    };
    let refused = 0;
    await fc.assert(
      fc.asyncProperty(fc.nat(bytes.length - 1), fc.nat(7), fc.boolean(), async (at, bit, cut) => {
        const damaged = Buffer.from(cut ? bytes.subarray(0, at) : bytes);
        if (!cut) damaged[at]! ^= 1 << bit;
        const result = await outcome(damaged);
        if (result === 'refused') refused++;
        // The header of the container has no check of its own: what a flip in it leaves readable is read as it was.
        // A cut between blocks leaves whole runs; that they are all there is for RunOrder to say.
        else expect(whole.startsWith(result.slice(0, -1))).toBe(true);
      }),
      { numRuns: 600 },
    );
    expect(refused).toBeGreaterThan(300);
  });
});

describe('a foreign or hostile file', () => {
  const refusal = (bytes: Uint8Array): Promise<string> =>
    runsOf(folder, bytes).then(
      () => 'read',
      (error: unknown) => {
        expect(error).toMatchObject({ code: 'COMPRESSED_FILE_INVALID' });
        return (error as Error).message;
      },
    );
  const good = objectOf(run({ header: header() }));

  it.each([
    ['nothing', Buffer.alloc(0), 'no Avro object container'],
    ['a text', Buffer.from('hello, world'), 'no Avro object container'],
    ['another codec', container(schema, [], 'snappy'), "packed by 'snappy'"],
    ['another schema', container('"string"', [block(1, 1, Buffer.of(0))]), 'schema is not that'],
    ['no JSON', container('{', []), 'cannot be read'],
    ['a block of 2^60 bytes', container(schema, [block(1, 2 ** 50, Buffer.alloc(9))]), 'impossible size'],
    ['a block beyond the end', container(schema, [block(1, 5000, Buffer.alloc(9))]), 'ends inside a block'],
    ['a wrong sync marker', container(schema, [block(1, good.length - 1, good)]), 'no sync marker'],
    ['more objects than bytes', container(schema, [block(2 ** 40, good.length, good)]), 'ends inside a field'],
    ['fewer objects', container(schema, [block(1, 2 * good.length, Buffer.concat([good, good]))]), 'more bytes than'],
    ['a negative count', container(schema, [block(-1, good.length, good)]), 'impossible size'],
    ['a count of 2^40 segments', container(schema, [block(1, 30, hostileArray())]), 'exceeds the value'],
    ['a schema without end', container(endless(), [block(1, 4, Buffer.alloc(4))]), 'schema'],
  ])('of %s is refused', async (_, bytes, message) => {
    expect(await refusal(bytes)).toContain(message);
  });

  it('that is a folder or absent is told apart', async () => {
    const first = (path: string): Promise<unknown> => readRuns(path).next();
    await expect(first(folder)).rejects.toMatchObject({ code: 'COMPRESSED_FILE_INVALID' });
    await expect(first(join(folder, 'none'))).rejects.toMatchObject({ code: 'FILE_NOT_FOUND' });
  });
});

/** A run without header whose segments say that they are 2^40. */
function hostileArray(): Buffer {
  const bytes = objectOf(run());
  const count = avro.Type.forSchema('long').toBuffer(2 ** 40);
  // The empty array is the byte before the CRC.
  return Buffer.concat([bytes.subarray(0, -5), count, Buffer.alloc(30)]).subarray(0, 30);
}

function endless(): string {
  return JSON.stringify({ type: 'record', name: 'Loop', fields: [{ name: 'again', type: 'Loop' }] });
}
