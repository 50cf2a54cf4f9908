import { cpSync, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import avro from 'avsc';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import {
  createCodec,
  decode,
  encode,
  fixedRegistry,
  WireError,
  type SchemaRegistry,
} from '../../../src/lib/wire/index.js';
import { SAMPLES, TOPICS } from './samples.js';

function reasonOf(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    if (error instanceof WireError) return error.reason;
    throw error;
  }
  return 'none';
}

const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

describe.each(TOPICS)('%s', (topic) => {
  const bytes = encode(topic, SAMPLES[topic]);

  it('comes back as it was', () => {
    expect(plain(decode(topic, bytes))).toEqual(plain(SAMPLES[topic]));
  });

  it('is framed as Confluent tools read it', () => {
    expect(bytes[0]).toBe(0);
    expect(bytes.readInt32BE(1)).toBe(fixedRegistry().currentId(topic));
    expect(plain(avro.Type.forSchema(fixedRegistry().readerSchema(topic)).fromBuffer(bytes.subarray(5)))).toEqual(
      plain(SAMPLES[topic]),
    );
  });

  it('is refused at every shorter length, and with a byte more', () => {
    for (let length = 0; length < bytes.length; length++) {
      const reason = reasonOf(() => decode(topic, bytes.subarray(0, length)));
      expect(reason, `${length} bytes`).toBe(length < 5 ? 'VALUE_SHORT' : 'AVRO_TRUNCATED');
    }
    expect(reasonOf(() => decode(topic, Buffer.concat([bytes, Buffer.alloc(1)])))).toBe('AVRO_TRAILING');
  });

  it('decodes any bytes to a value or a WireError, quickly', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (body) => {
        reasonOf(() => decode(topic, Buffer.concat([bytes.subarray(0, 5), body])));
      }),
      { numRuns: 300 },
    );
  });

  it('survives any flipped byte', () => {
    fc.assert(
      fc.property(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }), (at, mask) => {
        const damaged = Buffer.from(bytes);
        damaged[at]! ^= mask;
        reasonOf(() => decode(topic, damaged));
      }),
      { numRuns: 300 },
    );
  });

  it('refuses a missing and an unknown field', () => {
    for (const field of Object.keys(SAMPLES[topic])) {
      const rest = Object.fromEntries(Object.entries(SAMPLES[topic]).filter(([name]) => name !== field));
      expect(
        reasonOf(() => encode(topic, rest as never)),
        field,
      ).toBe('VALUE_INVALID');
    }
    expect(reasonOf(() => encode(topic, { ...SAMPLES[topic], extra: 1 } as never))).toBe('VALUE_INVALID');
  });
});

describe('guards', () => {
  const bytes = encode('ecg.streams', SAMPLES['ecg.streams']);

  it('names each reason', () => {
    expect(reasonOf(() => decode('ecg.streams', null))).toBe('VALUE_NULL');
    expect(reasonOf(() => decode('ecg.streams', Buffer.alloc(0)))).toBe('VALUE_SHORT');
    expect(reasonOf(() => decode('ecg.streams', Buffer.from([1, ...bytes.subarray(1)])))).toBe('MAGIC_WRONG');
    expect(reasonOf(() => decode('ecg.signals', bytes))).toBe('SCHEMA_UNKNOWN');
  });

  it('refuses numbers that are not finite, in both directions', () => {
    const good = SAMPLES['ecg.streams'];
    for (const gain of [NaN, Infinity, -Infinity]) {
      expect(reasonOf(() => encode('ecg.streams', { ...good, gain }))).toBe('VALUE_INVALID');
      const type = avro.Type.forSchema(fixedRegistry().readerSchema('ecg.streams'));
      const foreign = Buffer.concat([bytes.subarray(0, 5), type.toBuffer({ ...good, gain })]);
      expect(reasonOf(() => decode('ecg.streams', foreign))).toBe('VALUE_INVALID');
    }
    expect(reasonOf(() => encode('ecg.streams', { ...good, declaredAt: 1.5 }))).toBe('VALUE_INVALID');
  });

  it('looks into whatever branch of a union a value is', () => {
    const frame = SAMPLES['ecg.segments'];
    const [first] = frame.segments;
    const deviation = { extra: 0, offset: 0, length: 0, policyVersion: 0, flags: 0, predicted: [NaN] };
    for (const bad of [1.5, NaN, 2 ** 40, deviation, { ...deviation, predicted: undefined }, 'x']) {
      const value = { ...frame, segments: [{ ...first, deviation: bad }] } as typeof frame;
      expect(
        reasonOf(() => encode('ecg.segments', value)),
        JSON.stringify(bad),
      ).toBe('VALUE_INVALID');
    }
  });

  it('refuses a typed array where bytes are meant', () => {
    const samples = new Uint8Array(4) as Buffer;
    expect(reasonOf(() => encode('ecg.signals', { ...SAMPLES['ecg.signals'], samples }))).toBe('VALUE_INVALID');
  });

  it('does not follow a damaged count of items', () => {
    const count = avro.Type.forSchema('long').toBuffer(2 ** 45);
    // Version, model, run, sentAt, policy.
    const body = Buffer.concat([Buffer.from([2]), Buffer.alloc(8), Buffer.from([0, 0, 0]), count]);
    expect(reasonOf(() => decode('ecg.segments', Buffer.concat([Buffer.from([0, 0, 0, 0, 1]), body])))).toBe(
      'AVRO_TRUNCATED',
    );
  });
});

describe('a schema of another version', () => {
  const fixed = fixedRegistry();
  const reader = fixed.readerSchema('ecg.alarm-state') as { fields: { name: string; type: unknown }[] };
  const withWriter = (writer: unknown): SchemaRegistry => ({
    ...fixed,
    writerSchema: (topic, id) => (id === 77 ? (writer as never) : fixed.writerSchema(topic, id)),
  });
  const framed = (schema: unknown, value: unknown): Buffer =>
    Buffer.concat([Buffer.from([0, 0, 0, 0, 77]), avro.Type.forSchema(schema as never).toBuffer(value)]);

  it('is resolved, fields added and fields absent', () => {
    const fields = reader.fields.filter((field) => field.name !== 'source');
    const writer = { ...reader, fields: [...fields, { name: 'later', type: 'string' }] };
    const bytes = framed(writer, { device: 'bed-7', json: '{}', updatedAt: 5, later: 'x' });
    const value = createCodec(withWriter(writer)).decode('ecg.alarm-state', bytes);
    expect(plain(value)).toEqual({ device: 'bed-7', json: '{}', updatedAt: 5, source: null });
  });

  it('is found by its id in history/ beside the schemas', () => {
    const folder = mkdtempSync(join(tmpdir(), 'dynamic-deep-schemas-'));
    cpSync('schemas', folder, { recursive: true });
    mkdirSync(join(folder, 'history'));
    const older = { ...reader, fields: reader.fields.filter(({ name }) => name !== 'source') };
    writeFileSync(join(folder, 'history', '77.avsc'), JSON.stringify(older));
    const codec = createCodec(fixedRegistry(pathToFileURL(`${folder}/`)));
    const bytes = framed(older, { device: 'bed-7', json: '{}', updatedAt: 5 });
    expect(codec.decode('ecg.alarm-state', bytes)).toMatchObject({ device: 'bed-7', source: null });
    expect(reasonOf(() => codec.decode('ecg.alarm-state', Buffer.from([0, 0, 0, 0, 78, 0])))).toBe('SCHEMA_UNKNOWN');
  });

  it('is refused where Avro cannot resolve it', () => {
    const writer = { ...reader, fields: [{ name: 'device', type: 'long' }] };
    const bytes = framed(writer, { device: 5 });
    expect(reasonOf(() => createCodec(withWriter(writer)).decode('ecg.alarm-state', bytes))).toBe(
      'SCHEMA_INCOMPATIBLE',
    );
  });
});
