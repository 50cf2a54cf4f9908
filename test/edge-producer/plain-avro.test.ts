import { readFileSync } from 'node:fs';
import { crc32 } from 'node:zlib';
import avro from 'avsc';
import { expect, it } from 'vitest';
import { HEADER, producedFrame } from './produced-frame.js';

interface Frame {
  readonly crc: Buffer;
  readonly segments: readonly {
    readonly deviation: number | null | { readonly predicted: number[] | null };
    readonly payload: Buffer;
  }[];
}

it('a frame of the edge is read by plain avsc with the schema file alone', async () => {
  const { bytes, pieces } = await producedFrame();
  const { 'ecg.segments': named } = JSON.parse(readFileSync('schemas/ids.json', 'utf8')) as Record<
    'ecg.segments',
    { id: number; schema: string }
  >;
  expect(named.schema).toBe('ecg.segments.avsc');
  expect([bytes[0], bytes.readInt32BE(1)]).toEqual([0, named.id]);
  const type = avro.Type.forSchema(JSON.parse(readFileSync('schemas/ecg.segments.avsc', 'utf8')) as avro.Schema);
  // Throws on bytes that are left over.
  const frame = type.fromBuffer(bytes.subarray(5)) as Frame;

  expect(frame).toMatchObject({ ...HEADER, policyVersion: 7 });
  expect(frame.crc.readUInt32BE(0)).toBe(crc32(bytes.subarray(5, -4)));
  expect(frame.segments).toMatchObject(
    pieces.map(({ segment: { sequence, rung }, closed: { channel } }) => ({ channel, sequence, rung })),
  );
  frame.segments.forEach(({ payload }, i) => {
    expect(payload.equals(pieces[i]!.segment.payload)).toBe(true);
  });

  // Every branch of the union comes up, and both kinds of rung: otherwise this would show less than it says.
  const kinds = frame.segments.map(({ deviation }) => (deviation === null ? 'null' : typeof deviation));
  expect(new Set(kinds)).toEqual(new Set(['null', 'number', 'object']));
  expect(new Set(pieces.map(({ rung }) => rung)).size).toBeGreaterThan(1);
});
