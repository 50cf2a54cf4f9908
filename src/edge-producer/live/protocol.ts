/** Parses and checks the lines that bedside devices send (docs/devices.md). Fields that are not named here are dropped. */
import { z } from 'zod';
import type { Packet } from '../../lib/signal/packet-order.js';
import { MISSING, type Lead } from '../../lib/signal/types.js';

/** The lossless rung carries 16 bits. */
const sample = z.int().min(-32_768).max(32_767);
const leadId = z.int().min(1).max(16);
const SAMPLES_PER_PACKET = 20_000;
const MILLIVOLTS = { V: 1000, mV: 1, uV: 1e-3, nV: 1e-6 } as const;
/** Lead names that say only where the electrodes are. Any other becomes ECG, because free text may name a person. */
const LEAD_NAME = /^(I{1,3}|aV[RLF]|V[1-9]R?|MLII|MCL[1-6]|MV[1-6]|CC5|CM[2-6]|ECG|ECG[1-9])$/;

const hello = z.object({
  type: z.literal('hello'),
  /** Number by which the gateway knows the device: its place, not its patient. */
  bed: z.int().min(1).max(10_000),
  lead: leadId,
  name: z.string().max(64).default('ECG'),
  unit: z.enum(['V', 'mV', 'uV', 'nV']).default('mV'),
  /** ADC units per `unit`; absent or 0 if unknown. */
  gain: z.number().default(0),
  baseline: z.number().min(-1e6).max(1e6).default(0),
  rate: z.number().min(50).max(10_000),
  rails: z
    .object({ low: z.int(), high: z.int() })
    .refine(({ low, high }) => low < high)
    .optional(),
  modulus: z
    .int()
    .min(2)
    .max(2 ** 32)
    .optional(),
});

const packet = z.object({
  type: z.literal('packet'),
  lead: leadId,
  sequence: z.int().min(0),
  /** Milliseconds UTC, or ISO 8601 with a time zone. */
  time: z.union([z.number().min(0).max(8.64e15), z.iso.datetime({ offset: true })]),
  samples: z.array(sample.nullable()).min(1).max(SAMPLES_PER_PACKET),
  leadOff: z.boolean().default(false),
});

const line = z.discriminatedUnion('type', [hello, packet]);

export interface Hello {
  readonly bed: number;
  readonly lead: number;
  readonly spec: Omit<Lead, 'samples'>;
  readonly modulus: number | undefined;
}

export type DeviceLine =
  | { readonly kind: 'hello'; readonly hello: Hello }
  | { readonly kind: 'packet'; readonly lead: number; readonly packet: Packet }
  /** `fault` names fields and never quotes their values. */
  | { readonly kind: 'refused'; readonly fault: string };

const DEFAULT_GAIN = 200;

/** @param received gateway's clock, milliseconds UTC */
export function parseDeviceLine(text: string, received: number): DeviceLine {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return { kind: 'refused', fault: 'not a line of JSON' };
  }
  const parsed = line.safeParse(json);
  if (!parsed.success) {
    const fields = parsed.error.issues.map(({ path }) => path[0]).filter((field) => typeof field === 'string');
    return { kind: 'refused', fault: `missing or not allowed: ${[...new Set(fields)].join(', ') || 'the whole line'}` };
  }
  const { data } = parsed;
  return data.type === 'hello' ? { kind: 'hello', hello: helloOf(data) } : packetOf(data, received);
}

function helloOf({ bed, lead, name, unit, gain, baseline, rate, rails, modulus }: z.output<typeof hello>): Hello {
  const perMillivolt = gain * MILLIVOLTS[unit] ** -1;
  const calibrated = Math.abs(perMillivolt) >= 1e-9 && Math.abs(perMillivolt) <= 1e12;
  const spec = {
    name: LEAD_NAME.test(name) ? name : 'ECG',
    rate,
    baseline,
    calibrated,
    gain: calibrated ? Number(perMillivolt.toPrecision(15)) : DEFAULT_GAIN,
    ...(rails === undefined ? {} : { rails }),
  };
  return { bed, lead, spec, modulus };
}

function packetOf({ lead, sequence, time, samples, leadOff }: z.output<typeof packet>, received: number): DeviceLine {
  const values = Int32Array.from(samples, (value) => value ?? MISSING);
  const at = typeof time === 'number' ? time : Date.parse(time);
  return { kind: 'packet', lead, packet: { sequence, time: at, received, samples: values, leadOff } };
}
