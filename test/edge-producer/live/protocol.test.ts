import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseDeviceLine, type DeviceLine } from '../../../src/edge-producer/live/protocol.js';
import { MISSING } from '../../../src/lib/signal/types.js';

const HELLO = { type: 'hello', bed: 7, lead: 2, name: 'V5', unit: 'mV', gain: 200, baseline: 1024, rate: 360 };
const PACKET = { type: 'packet', lead: 2, sequence: 5, time: 1_767_312_000_000, samples: [1, null, -3] };
const parse = (value: unknown): DeviceLine => parseDeviceLine(JSON.stringify(value), 99);

describe('a line of a device', () => {
  it('says hello for a lead', () => {
    expect(parse({ ...HELLO, rails: { low: 0, high: 2047 }, modulus: 256 })).toEqual({
      kind: 'hello',
      hello: {
        bed: 7,
        lead: 2,
        modulus: 256,
        spec: { name: 'V5', rate: 360, gain: 200, baseline: 1024, calibrated: true, rails: { low: 0, high: 2047 } },
      },
    });
  });

  it.each([
    ['uV', 0.2, 200, true],
    ['V', 200_000, 200, true],
    ['mV', -200, -200, true],
    ['mV', 0, 200, false],
    ['nV', 0.0002, 200, true],
  ])('in %s with a gain of %d has %d units a millivolt', (unit, gain, expected, calibrated) => {
    expect(parse({ ...HELLO, unit, gain })).toMatchObject({ hello: { spec: { gain: expected, calibrated } } });
  });

  it('brings a packet; a missing sample stays missing; times are UTC whatever their zone', () => {
    const packet = {
      sequence: 5,
      time: 1_767_312_000_000,
      received: 99,
      samples: Int32Array.of(1, MISSING, -3),
      leadOff: false,
    };
    expect(parse(PACKET)).toEqual({ kind: 'packet', lead: 2, packet });
    expect(parse({ ...PACKET, time: '2026-01-02T02:00:00+02:00' })).toEqual({ kind: 'packet', lead: 2, packet });
  });

  it('loses what could name a person', () => {
    const line = parse({
      ...HELLO,
      name: 'Mrs Miller',
      patient: 'Miller',
      birthDate: '1950-01-01',
      comment: 'bed by the window',
    });
    expect(JSON.stringify(line)).not.toMatch(/Miller|1950|window/);
    expect(line).toMatchObject({ hello: { spec: { name: 'ECG' } } });
  });

  it.each([
    ['no JSON', 'hello', 'not a line of JSON'],
    ['a rate of 20', JSON.stringify({ ...HELLO, rate: 20 }), 'missing or not allowed: rate'],
    ['a sample of 17 bits', JSON.stringify({ ...PACKET, samples: [70_000] }), 'missing or not allowed: samples'],
    ['no samples', JSON.stringify({ ...PACKET, samples: [] }), 'missing or not allowed: samples'],
    ['a local time', JSON.stringify({ ...PACKET, time: '2026-01-02T00:00:00' }), 'missing or not allowed: time'],
    ['rails the wrong way', JSON.stringify({ ...HELLO, rails: { low: 5, high: 5 } }), 'missing or not allowed: rails'],
    ['another type', '{"type":"bye"}', 'missing or not allowed: type'],
    ['a list', '[1]', 'missing or not allowed: the whole line'],
  ])('with %s is refused, and its values are not quoted', (_, text, fault) => {
    expect(parseDeviceLine(text, 0)).toEqual({ kind: 'refused', fault });
  });

  it('of any content is a message or a refusal', () => {
    const near = fc.record(
      { type: fc.constantFrom('hello', 'packet'), lead: fc.anything(), samples: fc.anything(), time: fc.anything() },
      { requiredKeys: [] },
    );
    const text = fc.oneof(
      fc.string(),
      fc.json(),
      near.map((value) => JSON.stringify(value)),
    );
    fc.assert(
      fc.property(text, (line) => {
        expect(['hello', 'packet', 'refused']).toContain(parseDeviceLine(line, 0).kind);
      }),
    );
  });
});
