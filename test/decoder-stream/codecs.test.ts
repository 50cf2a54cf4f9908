/** An old edge with a new decoder: two codecs side by side, told apart by what the frame names. */
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { codecFolders, readCodecs, type Codecs } from '../../src/decoder-stream/codecs.js';
import { DecoderTask } from '../../src/decoder-stream/decoder-task.js';
import { decoderMetrics } from '../../src/decoder-stream/metrics.js';
import { BITSTREAM_VERSION, type Ladder, type NeuralRung, type Rung } from '../../src/lib/codec/ladder.js';
import { encodeLatentPayload, encodeLosslessPayload, latentCount } from '../../src/lib/codec/payload.js';
import { encodeTransform, quantiseWindow } from '../../src/lib/codec/transform.js';
import type { InputRecord, OutputRecord } from '../../src/lib/kafka/records.js';
import type { Manifest } from '../../src/lib/model/manifest.js';
import { WINDOW } from '../../src/lib/signal/grid.js';
import { decode, type Segment, type StreamInfo } from '../../src/lib/wire/index.js';
import { beats } from '../lib/codec/signals.js';
import { Channels, sealed } from '../lib/wire/sealed.js';
import { MODELS } from '../models.js';
import { decoderWorker } from '../workers.js';

const EPOCH = Date.UTC(2026, 0, 2);
const RATE = 300;
const scratch = await mkdtemp(join(tmpdir(), 'older-codecs-'));
afterAll(() => rm(scratch, { recursive: true, force: true }));

/**
 * The codec of a release before: what a decoder needs of it and nothing else. Its rungs stand in the reverse order and
 * its neural ones have gains twice as fine, so that a decoder that took the wrong ladder or network rows would show. It is
 * of the time before the ends of windows were corrected.
 */
const older = join(scratch, 'older', '0.9');
await mkdir(older, { recursive: true });
const shipped = join(MODELS, 'codec');
const manifest = JSON.parse(await readFile(join(shipped, 'manifest.json'), 'utf8')) as Manifest;
const rungs = manifest.parameters['ladder'] as { name: string; kind: string; inverses?: number[] }[];
const reversed = rungs.map((rung) => ({
  ...rung,
  ...(rung.kind === 'lossless' ? {} : { name: `${rung.name}-old` }),
  ...(rung.inverses === undefined ? {} : { inverses: rung.inverses.map((inverse) => inverse / 2) }),
}));
const parameters = { ...manifest.parameters, ladder: reversed.reverse() };
const networks = Object.fromEntries(Object.entries(manifest.networks).filter(([key]) => key !== 'borders'));
await writeFile(join(older, 'manifest.json'), JSON.stringify({ ...manifest, parameters, networks }));
await cp(join(shipped, 'decoder.bin'), join(older, 'decoder.bin'));

const folders = await codecFolders(MODELS, join(scratch, 'older'));
const both = await readCodecs(folders);
const alone = await readCodecs([shipped]);
const [now, before] = [...both.values()].map(({ ladder }) => ladder) as [Ladder, Ladder];
const worker = decoderWorker([older]);

const info = (stream: string): StreamInfo => ({
  stream,
  device: stream,
  gateway: 'ward-3',
  ward: null,
  lead: 'II',
  unit: 'mV',
  gain: 200,
  baseline: 0,
  rate: RATE,
  calibrated: true,
  model: now.hash,
  clockRate: 4,
  declaredAt: EPOCH,
  channels: [],
});

const native = beats(WINDOW, RATE);
const millivolts = Float32Array.from(native, (value) => value / 200);
const ofKind = <K extends Rung['kind']>(ladder: Ladder, kind: K) =>
  ladder.rungs.find((rung): rung is Extract<Rung, { kind: K }> => rung.kind === kind)!;
const latents = (rung: NeuralRung): Int8Array => new Int8Array(latentCount(rung)).fill(3);

/** A window a kind of rung, by the tables of `ladder`. */
function payloads(ladder: Ladder): { rung: Rung; payload: Uint8Array }[] {
  const [lossless, transform, neural] = [ladder.lossless, ofKind(ladder, 'transform'), ofKind(ladder, 'neural')];
  return [
    { rung: lossless, payload: encodeLosslessPayload(0, RATE, { firstIndex: 0, samples: native }) },
    { rung: transform, payload: encodeTransform(quantiseWindow(millivolts, transform), transform) },
    { rung: neural, payload: encodeLatentPayload(neural, { index: 20, offset: 12 }, latents(neural)) },
  ];
}

const channels = new Channels();
let offset = 0;
function record(ladder: Ladder, stream: string): InputRecord {
  const segments = payloads(ladder).map(({ rung, payload }, sequence): Segment => ({
    stream,
    epoch: EPOCH,
    sequence,
    start: sequence * WINDOW,
    length: WINDOW,
    rung: rung.index,
    policyVersion: 0,
    ageMs: 250,
    flags: 0,
    predicted: null,
    payload: Buffer.from(payload),
  }));
  const value = sealed(segments, { channels, sentAt: EPOCH + 7000, version: BITSTREAM_VERSION, model: ladder.id });
  return { topic: 'ecg.segments', partition: 3, offset: offset++, timestamp: EPOCH, key: Buffer.from('ward-3'), value };
}

function newTask(codecs: Codecs) {
  const names = [...codecs.values()].flatMap(({ ladder }) => ladder.rungs.map(({ name }) => name));
  const metrics = decoderMetrics([...new Set(names)], '0.0.0');
  const task = new DecoderTask({
    codecs,
    worker,
    metrics,
    channels: channels.table(info),
    catchUp: () => Promise.resolve(),
    isInLog: () => Promise.resolve(false),
  });
  return async (...records: InputRecord[]): Promise<OutputRecord[]> => {
    const outputs: OutputRecord[] = [];
    for (const each of records) outputs.push(...(await task.process(each)));
    return [...outputs, ...(await task.flush())];
  };
}

const windows = (outputs: readonly OutputRecord[]) =>
  outputs.filter(({ topic }) => topic === 'ecg.signals').map(({ value }) => decode('ecg.signals', value));
const letters = (outputs: readonly OutputRecord[]) =>
  outputs.filter(({ topic }) => topic === 'ecg.deadletter').map(({ value }) => decode('ecg.deadletter', value));

describe('codecs of a decoder', () => {
  it('are the shipped one and every folder beside it, by the ids that frames carry', () => {
    expect(folders).toEqual([shipped, older]);
    expect([...both.keys()]).toEqual([now.id.toString('hex'), before.id.toString('hex')]);
    expect(before.id).not.toEqual(now.id);
  });

  it('are found in codecs/ of the models folder, which may be absent; a named folder may not', async () => {
    const models = join(scratch, 'models');
    expect(await codecFolders(models)).toEqual([join(models, 'codec')]);
    await mkdir(join(models, 'codecs', '0.8'), { recursive: true });
    await mkdir(join(models, 'codecs', '..data'));
    await writeFile(join(models, 'codecs', 'README.md'), 'no codec');
    const found = await codecFolders(models);
    expect(found).toEqual([join(models, 'codec'), join(models, 'codecs', '0.8')]);
    await expect(codecFolders(models, join(scratch, 'nothing'))).rejects.toMatchObject({ code: 'FILE_NOT_FOUND' });
    await expect(readCodecs(found)).rejects.toMatchObject({ code: 'MODEL_INVALID' });
  });

  it('counts a codec that is there twice once', async () => {
    expect([...(await readCodecs([shipped, older, shipped])).values()].map(({ folder }) => folder)).toEqual(folders);
  });
});

describe('a frame of an older codec', () => {
  it('is decoded by the ladder and the networks that it names, in one batch with frames of the shipped codec', async () => {
    const outputs = await newTask(both)(record(before, 'old'), record(now, 'new'), record(before, 'old-2'));
    expect(letters(outputs)).toEqual([]);
    const decoded = windows(outputs);
    const names = (ladder: Ladder) => payloads(ladder).map(({ rung }) => rung.name);
    expect(decoded.map(({ rung }) => rung)).toEqual([...names(before), ...names(now), ...names(before)]);
    const key = (ladder: Ladder) => new Array<string>(3).fill(ladder.id.toString('hex'));
    expect(decoded.map(({ model }) => model)).toEqual([...key(before), ...key(now), ...key(before)]);
    expect(decoded[0]?.samples).toEqual(Buffer.from(native.buffer, native.byteOffset, native.byteLength));
    expect(decoded[3]?.samples).toEqual(decoded[0]?.samples);
    // The same latents, other inverses: other samples, and the same ones for every frame of the codec.
    expect(decoded[2]?.samples).not.toEqual(decoded[5]?.samples);
    expect(decoded[8]?.samples).toEqual(decoded[2]?.samples);
    const [direct] = windows(await newTask(await readCodecs([older]))(record(before, 'old'))).slice(2);
    for (let s = 0; s < WINDOW; s++) {
      const difference = (direct?.samples.readInt16LE(2 * s) ?? NaN) - (decoded[2]?.samples.readInt16LE(2 * s) ?? NaN);
      // Neural samples are the same within 1 LSB in every batch.
      expect(Math.abs(difference)).toBeLessThanOrEqual(1);
    }
  });

  it('is put aside whole without its folder, with the word where that belongs; the next frame is decoded', async () => {
    const old = record(before, 'old');
    const outputs = await newTask(alone)(old, record(now, 'new'));
    expect(letters(outputs)).toMatchObject([{ reason: 'MODEL_UNKNOWN', offset: old.offset, value: old.value }]);
    expect(letters(outputs)[0]?.message).toMatch(new RegExp(`${before.id.toString('hex')}.*--older-codecs`));
    expect(windows(outputs).map(({ stream }) => stream)).toEqual(['new', 'new', 'new']);
  });
});
