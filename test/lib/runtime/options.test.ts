import { describe, expect, expectTypeOf, it } from 'vitest';
import { z } from 'zod';

import { allowedOf, defaultText, readText } from '../../../src/lib/runtime/option-text.js';
import {
  defineOptions,
  flagOf,
  option,
  redactSecrets,
  shownFlag,
  variableOf,
  type OptionsOf,
} from '../../../src/lib/runtime/options.js';

describe('names', () => {
  it('come from the key of the declaration', () => {
    expect(flagOf('kafkaBrokers')).toBe('--kafka-brokers');
    expect(variableOf('kafkaBrokers', {})).toBe('DYNAMIC_DEEP_KAFKA_BROKERS');
    expect(variableOf('kafkaBrokers', { env: 'KAFKA_BROKERS' })).toBe('KAFKA_BROKERS');
  });

  it('have a letter beside them in help where one is declared', () => {
    expect(shownFlag('output', { short: 'o' })).toBe('-o, --output');
    expect(shownFlag('output', {})).toBe('--output');
  });

  it.each(['help', 'version', 'noCache', 'Upper', 'snake_case', ''])('refuse %j', (name) => {
    expect(() => defineOptions({ [name]: option(z.string(), { help: '' }) })).toThrow('cannot be the name');
  });

  it('allow a word that merely begins with "no"', () => {
    expect(() => defineOptions({ noise: option(z.string(), { help: '' }) })).not.toThrow();
  });
});

it('gives the typed result of a set', () => {
  const set = defineOptions({
    rung: option(z.enum(['a', 'b']), { help: '', default: 'a' }),
    beds: option(z.int().optional(), { help: '' }),
    brokers: option(z.array(z.string()), { help: '' }),
  });
  expect(Object.keys(set)).toEqual(['rung', 'beds', 'brokers']);
  expectTypeOf<OptionsOf<typeof set>>().toEqualTypeOf<{
    readonly rung: 'a' | 'b';
    readonly beds: number | undefined;
    readonly brokers: string[];
  }>();
});

describe('text', () => {
  const milliseconds = option(z.int(), { help: '', unit: 'ms' });

  it.each([
    [z.number(), '1.5', 1.5],
    [z.number(), ' -3e2 ', -300],
    [z.int().optional(), '7', 7],
    [z.number(), '', ''],
    [z.number(), 'NaN', 'NaN'],
    [z.number(), 'Infinity', 'Infinity'],
    [z.number(), '0x10', '0x10'],
    [z.boolean(), 'TRUE', true],
    [z.boolean(), '0', false],
    [z.boolean(), 'maybe', 'maybe'],
    [z.array(z.string()), 'a, b,,c,', ['a', 'b', 'c']],
    [z.array(z.number()), '1,2', [1, 2]],
    [z.string(), ' kept ', ' kept '],
    [z.string().transform((text) => text.length), '12', '12'],
  ])('is read as the schema asks (%#)', (schema, text, value) => {
    expect(readText(option(schema, { help: '' }), text)).toEqual(value);
  });

  it('accepts the unit of the option and no other', () => {
    expect(readText(milliseconds, '500ms')).toBe(500);
    expect(readText(milliseconds, '500 ms')).toBe(500);
    expect(readText(milliseconds, '2s')).toBe('2s');
    expect(readText(option(z.number(), { help: '' }), '2s')).toBe('2s');
  });

  it.each([
    [option(z.int().min(0).max(9), { help: '' }), 'a whole number from 0 to 9'],
    [option(z.int().min(1), { help: '', unit: 'ms' }), 'a whole number in ms at least 1'],
    [option(z.number().positive().max(1), { help: '' }), 'a number above 0 and at most 1'],
    [option(z.enum(['a', 'b']).optional(), { help: '' }), 'one of a, b'],
    [option(z.boolean(), { help: '' }), 'true or false'],
    [option(z.array(z.enum(['a', 'b'])), { help: '' }), 'a comma-separated list, each one of a, b'],
    [option(z.string(), { help: '', allowed: 'host:port' }), 'host:port'],
  ])('says what is allowed (%#)', (declared, words) => {
    expect(allowedOf(declared)).toBe(words);
  });

  it('shows defaults as they would be typed', () => {
    expect(defaultText(option(z.array(z.string()), { help: '', default: ['a', 'b'] }))).toBe('a,b');
    expect(defaultText(option(z.boolean(), { help: '', default: false }))).toBe('false');
    expect(defaultText(option(z.string(), { help: '' }))).toBeUndefined();
    expect(defaultText(option(z.string(), { help: '', default: 'x', secret: true }))).toBe('[redacted]');
  });
});

it('redacts secrets alone', () => {
  const set = defineOptions({
    password: option(z.string(), { help: '', secret: true }),
    user: option(z.string(), { help: '' }),
  });
  expect(redactSecrets(set, { password: 'p', user: 'u' })).toEqual({ password: '[redacted]', user: 'u' });
});
