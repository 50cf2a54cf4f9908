import { lstat, mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeLosslessPayload } from '../../../src/lib/codec/payload.js';
import { DynamicDeepError } from '../../../src/lib/errors/index.js';
import { SHIPPED_BOUNDS } from '../../../src/lib/runtime/bound-options.js';
import { resolveOptions } from '../../../src/lib/runtime/resolve-options.js';
import { MISSING } from '../../../src/lib/signal/types.js';
import { restoreRecordings } from '../../../src/operations/compress/restore.js';
import { checkCompress, compressOptions, type CompressConfig } from '../../../src/operations/options.js';
import { fileOf, header, run, runsOf } from '../../lib/compressed-file/runs.js';
import { makePipe } from '../../lib/runtime/pipe.js';
import { temporaryFolder } from '../../lib/model/tiny.js';
import { lead, recordOf, runCompress, runDecompress } from './records.js';

const folder = await temporaryFolder();
const rung = 'lossless';
describe('compress refuses', () => {
  it('leads beyond 16 bits and rates that no rung carries, and leaves nothing behind', async () => {
    const wide = await recordOf(folder, { name: 'wide', leads: [lead(300, 8, { samples: Int32Array.of(1, 40_000) })] });
    const slow = await recordOf(folder, { name: 'slow', leads: [lead(40, 8)] });
    for (const path of [wide, slow]) {
      const refused = runCompress([path], join(folder, 'x.avro'), { rung });
      await expect(refused).rejects.toMatchObject({ code: 'RECORD_UNSUPPORTED' });
    }
    expect((await readdir(folder)).filter((name) => name.startsWith('x.avro') && !name.endsWith('.json'))).toEqual([]);
  });

  it('a folder in the place of its file, before it compresses', async () => {
    await mkdir(join(folder, 'there.avro'));
    const refused = runCompress([join(folder, 'no-such-record')], join(folder, 'there.avro'), { rung });
    const message = expect.stringContaining('it is a directory') as string;
    await expect(refused).rejects.toMatchObject({ code: 'CONFIG_INVALID', message });
  });

  it('a pipe in the place of its file, which would be replaced by a file', async () => {
    const pipe = join(folder, 'pipe.avro');
    makePipe(pipe);
    const refused = runCompress([join(folder, 'no-such-record')], pipe, { rung, json: undefined });
    const message = expect.stringContaining('pipe, socket or device') as string;
    await expect(refused).rejects.toMatchObject({ code: 'CONFIG_INVALID', message });
    expect((await lstat(pipe)).isFIFO()).toBe(true);
  });

  it('to destroy what it reads: header and signal files, by whatever name, and those of segments', async () => {
    const path = await recordOf(folder, { name: 'kept', leads: [lead(300, 8)] });
    await writeFile(join(folder, 'parts.hea'), 'parts/1 1 300 2400\nkept 2400\n');
    await symlink('kept.dat', join(folder, 'other-name'));
    const before = await readFile(`${path}.dat`);
    const parts = join(folder, 'parts');
    for (const [record, output] of [
      [path, `${path}.dat`],
      [`${path}.hea`, `${path}.hea`],
      [path, join(folder, 'other-name')],
      [parts, `${parts}.hea`],
      [parts, `${path}.dat`],
    ] as const) {
      const message = expect.stringContaining('is a file of the record') as string;
      const refusal = { code: 'CONFIG_INVALID', message };
      await expect(runCompress([record], output, { rung, json: undefined })).rejects.toMatchObject(refusal);
      const json = runCompress([record], join(folder, 'kept.avro'), { rung, json: output });
      await expect(json).rejects.toMatchObject(refusal);
    }
    expect(await readFile(`${path}.dat`)).toEqual(before);
    expect((await readdir(folder)).filter((name) => /^kept.*(avro|partial)/.test(name))).toEqual([]);
  });

  it('one file for the recordings and for the summary', async () => {
    const both = join(folder, 'both.avro');
    const refused = runCompress([join(folder, 'none')], both, { rung, json: both });
    await expect(refused).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
  });

  it('two records of one name, and names that no record may have', async () => {
    const refused = (records: string[]): Promise<unknown> => runCompress(records, join(folder, 'x.avro'), { rung });
    await expect(refused(['a/100', 'b/100.hea'])).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
    await expect(refused(['a/Erika M.'])).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
    await expect(refused([join(folder, 'none')])).rejects.toMatchObject({ code: 'FILE_NOT_FOUND' });
  });
});

it('compress writes through a symbolic link to the file that it stands for, and not into what a broken run left', async () => {
  const path = await recordOf(folder, { name: 'linked', leads: [lead(300, 8)] });
  const [file, link] = [join(folder, 'linked-target.avro'), join(folder, 'linked.avro')];
  await writeFile(file, 'an older file');
  await symlink('linked-target.avro', link);
  await writeFile(join(folder, 'bystander'), 'untouched');
  await symlink('bystander', `${file}.partial`);
  await runCompress([path], link, { rung });
  expect((await lstat(link)).isSymbolicLink()).toBe(true);
  expect((await lstat(file)).isFile()).toBe(true);
  expect((await readFile(file)).subarray(0, 3).toString()).toBe('Obj');
  expect(await readFile(join(folder, 'bystander'), 'utf8')).toBe('untouched');
});

it('a rung that is given excludes the bounds that are given, be they the defaults, not those that go without saying', () => {
  const mistakes = (flags: Record<string, string>): string[] => {
    const resolved = resolveOptions(compressOptions, new Map(Object.entries({ output: 'x.avro', ...flags })), {});
    expect(resolved.mistakes).toEqual([]);
    return checkCompress(resolved.values as unknown as CompressConfig, resolved.given);
  };
  expect(mistakes({ rung })).toEqual([]);
  expect(mistakes({ bound: '0.1' })).toEqual([]);
  for (const [flag, given] of Object.entries({
    '--bound': { bound: String(SHIPPED_BOUNDS.rhythm) },
    '--peaks-bound': { peaksBound: '0.2' },
    '--prdn-bound': { prdnBound: String(SHIPPED_BOUNDS.reconstruction) },
    '--task-bounds': { taskBounds: 'pvc=0.05' },
  })) {
    expect(mistakes({ rung, ...given })).toEqual([expect.stringMatching(`^${flag} and --rung `)]);
  }
});

it('a record of which next to nothing is there is refused, since no file may claim it', async () => {
  const frames = 2 ** 24 + 1000;
  await writeFile(join(folder, 'void.hea'), `void 1 300 ${frames}\nvoid.dat 16 200(0)/mV 16 0\n`);
  await writeFile(join(folder, 'void.dat'), Buffer.alloc(2 * frames, Buffer.of(0, 0x80)));
  const refused = runCompress([join(folder, 'void')], join(folder, 'void.avro'), { rung });
  const message = `void: ${frames} of ${frames} samples are missing, too many for a compressed file`;
  await expect(refused).rejects.toMatchObject({ code: 'RECORD_UNSUPPORTED', message });
});

describe('decompress refuses', () => {
  it('a folder that has such a record, unless it may overwrite', async () => {
    const path = await recordOf(folder, { name: 'twice', leads: [lead(300, 8)] });
    const [file, out] = [join(folder, 'twice.avro'), join(folder, 'twice-out')];
    await runCompress([path], file, { rung });
    await runDecompress(file, out);
    await expect(runDecompress(file, out)).rejects.toMatchObject({ code: 'OUTPUT_EXISTS' });
    await runDecompress(file, out, { overwrite: true });
  });

  it('a record that is there already before it decodes any of it', async () => {
    const path = await recordOf(folder, { name: 'early', leads: [lead(300, 8)] });
    await runCompress([path], join(folder, 'early.avro'), { rung });
    const [written] = await runsOf(folder, await readFile(join(folder, 'early.avro')));
    const segments = written!.segments.map((segment) => ({ ...segment, payload: Buffer.of(255) }));
    await writeFile(join(folder, 'early.avro'), await fileOf(folder, [{ ...written!, segments }]));
    await expect(runDecompress(join(folder, 'early.avro'), folder)).rejects.toMatchObject({ code: 'OUTPUT_EXISTS' });
  });

  it.each([
    ['more samples than can be held', header({ samples: 2 ** 40 })],
    ['a negative number of samples', header({ samples: -1 })],
    ['a name that leads out of the folder', header({ recordName: '../../etc/x' })],
    ['a rate that no lead has', header({ rate: 1e9 })],
    ['a gain of 0', header({ gain: 0 })],
    ['a unit that breaks the line', header({ unit: 'mV\n# Erika' })],
  ])('a header with %s', async (_, hostile) => {
    await writeFile(join(folder, 'hostile.avro'), await fileOf(folder, [run({ header: hostile })]));
    const refused = runDecompress(join(folder, 'hostile.avro'), join(folder, 'hostile'));
    await expect(refused).rejects.toMatchObject({ code: 'COMPRESSED_FILE_INVALID' });
  });

  it('a length that the segments do not come near, and reserves no memory for it', async () => {
    const samples = Int16Array.from({ length: 1792 }, (_, t) => t % 50);
    const payload = Buffer.from(encodeLosslessPayload(0, 300, { firstIndex: 0, samples }));
    const segments = [{ gap: 0, length: 1792, rung: 0, payload }];
    const file = join(folder, 'claims.avro');
    for (const [claimed, isHeld] of [[2 ** 28, false], [2 ** 24 + 65 * 1792, false], [2 ** 24, true]] as const) {
      await writeFile(file, await fileOf(folder, [run({ header: header({ samples: claimed }), segments })]));
      const before = process.memoryUsage().arrayBuffers;
      let reserved = 0;
      const recordings = restoreRecordings(file, { models: '/nowhere', codec: () => Promise.reject(new Error('no model is needed')),
        onDecoded: () => (reserved = process.memoryUsage().arrayBuffers - before),
      });
      const first = recordings.next();
      if (isHeld) {
        const lead = (await first).value!.leads[0]!;
        expect(lead.samples).toHaveLength(claimed);
        expect(Int16Array.from(lead.samples.subarray(0, 1792))).toEqual(samples);
        expect(lead.samples.subarray(1792).every((v) => v === MISSING)).toBe(true);
      } else {
        const message = `${file}: record rec claims ${claimed} samples, and its segments carry 1792`;
        await expect(first).rejects.toMatchObject({ code: 'COMPRESSED_FILE_INVALID', message });
      }
      expect(reserved).toBeLessThan(2 ** 22);
      await recordings.return();
    }
  }); // prettier-ignore

  it.each([
    ['behind the end', { start: 3584, gap: 0 }],
    ['before the start', { start: -1792, gap: 0 }],
    ['over one another', { start: 1792, gap: -1792 }],
  ])('segments that lie %s', async (_, { start, gap }) => {
    const path = await recordOf(folder, { name: 'placed', leads: [lead(300, 3584 / 300)] });
    await runCompress([path], join(folder, 'placed.avro'), { rung });
    const [written] = await runsOf(folder, await readFile(join(folder, 'placed.avro')));
    const segments = written!.segments.map((segment, i) => (i === 1 ? { ...segment, gap } : segment));
    await writeFile(join(folder, 'moved.avro'), await fileOf(folder, [{ ...written!, start, segments }]));
    const refused = runDecompress(join(folder, 'moved.avro'), join(folder, 'moved'));
    await expect(refused).rejects.toMatchObject({ code: 'COMPRESSED_FILE_INVALID' });
  });

  it('a file that is cut anywhere or has any bit flipped, or gives back what went in', async () => {
    const leads = [lead(300, 13), lead(300, 13, { name: 'V1' }, [[900, 1000]])];
    const path = await recordOf(folder, { name: 'flipped', leads });
    const file = join(folder, 'flipped.avro');
    await runCompress([path], file, { rung, leads: 'all' });
    const bytes = await readFile(file);
    const original = await readFile(`${path}.dat`);
    let refused = 0;
    await fc.assert(
      fc.asyncProperty(fc.nat(bytes.length - 1), fc.nat(7), fc.boolean(), async (at, bit, cut) => {
        const damaged = Buffer.from(cut ? bytes.subarray(0, at) : bytes);
        if (!cut) damaged[at]! ^= 1 << bit;
        await writeFile(join(folder, 'damaged.avro'), damaged);
        try {
          await runDecompress(join(folder, 'damaged.avro'), join(folder, 'damaged'), { overwrite: true });
        } catch (error) {
          expect(error).toBeInstanceOf(DynamicDeepError);
          expect((error as DynamicDeepError).code).toBe('COMPRESSED_FILE_INVALID');
          refused++;
          return;
        }
        expect((await readFile(join(folder, 'damaged/flipped.dat'))).equals(original)).toBe(true);
      }),
      { numRuns: 300 },
    );
    expect(refused).toBeGreaterThan(200);
  });
});
