import { describe, expect, it } from 'vitest';
import { z } from 'zod';

import { defineOptions, option } from '../../../src/lib/runtime/options.js';
import {
  resolveOptions,
  resolvePositionals,
  unknownVariables,
  type FlagValue,
} from '../../../src/lib/runtime/resolve-options.js';

const set = defineOptions({
  port: option(z.int().min(0).max(65_535), { help: '', default: 9000 }),
  brokers: option(z.array(z.string()).min(1), {
    help: '',
    env: 'KAFKA_BROKERS',
    allowed: 'host:port, separated by commas',
  }),
  loud: option(z.boolean(), { help: '', default: true }),
  password: option(z.string().min(8).optional(), { help: '', secret: true }),
});

const resolve = (flags: Record<string, FlagValue>, env: NodeJS.ProcessEnv = {}) =>
  resolveOptions(set, new Map(Object.entries(flags)), env);

describe('a set', () => {
  it('takes the flag before the variable before the default', () => {
    expect(resolve({ port: '1' }, { DYNAMIC_DEEP_PORT: '2', KAFKA_BROKERS: 'a:1,b:2' })).toEqual({
      mistakes: [],
      values: { port: 1, brokers: ['a:1', 'b:2'], loud: true, password: undefined },
      given: new Set(['port', 'brokers']),
    });
    expect(resolve({ loud: false }, { DYNAMIC_DEEP_PORT: '2', KAFKA_BROKERS: 'a:1' }).values).toMatchObject({
      port: 2,
      loud: false,
    });
    expect(resolve({}, { DYNAMIC_DEEP_PORT: '', KAFKA_BROKERS: 'a:1' }).values).toMatchObject({ port: 9000 });
  });

  it('lists all mistakes, each with flag, variable, value and what is allowed', () => {
    expect(resolve({ port: '70000', loud: 'loudly' }, { DYNAMIC_DEEP_PASSWORD: 'short' }).mistakes).toEqual([
      "--port (DYNAMIC_DEEP_PORT) is '70000'; allowed: a whole number from 0 to 65535",
      '--brokers (KAFKA_BROKERS) is missing; allowed: host:port, separated by commas',
      "--loud (DYNAMIC_DEEP_LOUD) is 'loudly'; allowed: true or false",
      "--password (DYNAMIC_DEEP_PASSWORD) is '[redacted]'; allowed: text of at least 8 characters",
    ]);
  });

  it('names what was given, be it the value that the default has', () => {
    expect(resolve({ port: '9000' }, { DYNAMIC_DEEP_LOUD: 'true', KAFKA_BROKERS: '' }).given).toEqual(
      new Set(['port', 'loud']),
    );
  });

  it('refuses a list of numbers with an empty item, and takes one of none', () => {
    const numbers = { bounds: option(z.array(z.number().positive()), { help: '' }) };
    const read = (text: string) => resolveOptions(numbers, new Map([['bounds', text]]), {});
    expect(read('0.1, 0.25').values).toEqual({ bounds: [0.1, 0.25] });
    expect(read(' ').values).toEqual({ bounds: [] });
    for (const text of ['0.1,,0.25', '0.1,', ',0.1']) {
      expect(read(text).mistakes).toEqual([expect.stringContaining(`--bounds (DYNAMIC_DEEP_BOUNDS) is '${text}'`)]);
    }
  });

  it('says of a flag without its value that it needs one', () => {
    expect(resolve({ port: { absent: true } }, { KAFKA_BROKERS: 'a:1' }).mistakes).toEqual([
      '--port (DYNAMIC_DEEP_PORT) needs a value; allowed: a whole number from 0 to 65535',
    ]);
  });

  it('adds the reason of a check of its own', () => {
    const even = {
      even: option(
        z.int().refine((n) => n % 2 === 0, 'odd numbers are not even'),
        { help: '' },
      ),
    };
    expect(resolveOptions(even, new Map([['even', '3']]), {}).mistakes).toEqual([
      "--even (DYNAMIC_DEEP_EVEN) is '3'; allowed: a whole number (odd numbers are not even)",
    ]);
  });
});

describe('positionals', () => {
  const positionals = {
    stream: option(z.string().min(1), { help: '' }),
    times: option(z.array(z.number()), { help: '', default: [] }),
  };

  it('are read by place; a list takes the rest', () => {
    expect(resolvePositionals(positionals, ['s', '1', '2']).values).toEqual({
      stream: 's',
      times: [1, 2],
    });
    expect(resolvePositionals(positionals, ['s']).values).toEqual({ stream: 's', times: [] });
  });

  it('are refused where missing or too many', () => {
    expect(resolvePositionals(positionals, []).mistakes).toEqual(['STREAM is missing; allowed: text']);
    expect(resolvePositionals({}, ['extra']).mistakes).toEqual(["'extra' is one argument too many"]);
  });
});

describe('unknown variables', () => {
  const known = new Set(['DYNAMIC_DEEP_HTTP_PORT', 'KAFKA_BROKERS']);

  it('with the prefix are refused, with the nearest known one', () => {
    expect(unknownVariables({ DYNAMIC_DEEP_HTP_PORT: '1', DYNAMIC_DEEP_HTTP_PORT: '1', HOME: '/' }, known)).toEqual([
      'the variable DYNAMIC_DEEP_HTP_PORT is unknown; did you mean DYNAMIC_DEEP_HTTP_PORT?',
    ]);
  });

  it('get no far-fetched suggestion', () => {
    expect(unknownVariables({ DYNAMIC_DEEP_X: '1' }, new Set(['DYNAMIC_DEEP_BEDS']))).toEqual([
      'the variable DYNAMIC_DEEP_X is unknown',
    ]);
  });

  it('that Kubernetes makes for a service are not ours', () => {
    const links = {
      DYNAMIC_DEEP_DASHBOARD_SERVICE_HOST: '10.0.0.1',
      DYNAMIC_DEEP_DASHBOARD_SERVICE_PORT: '80',
      DYNAMIC_DEEP_DASHBOARD_SERVICE_PORT_HTTP: '80',
      DYNAMIC_DEEP_DASHBOARD_PORT: 'tcp://10.0.0.1:80',
      DYNAMIC_DEEP_DASHBOARD_PORT_80_TCP_ADDR: '10.0.0.1',
    };
    expect(unknownVariables(links, known)).toEqual([]);
  });
});
