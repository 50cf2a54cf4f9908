import { describe, expect, it } from 'vitest';
import { z } from 'zod';

import { DynamicDeepError } from '../../../src/lib/errors/index.js';
import { defineCommand, type Command } from '../../../src/lib/runtime/command.js';
import { defineOptions, option } from '../../../src/lib/runtime/options.js';
import { buildProgram } from '../../../src/lib/runtime/program.js';
import { TextStream } from './text-stream.js';

async function run(line: string, env: NodeJS.ProcessEnv = {}, commands?: (seen: unknown[]) => Command[]) {
  const [stdout, stderr, seen] = [new TextStream(), new TextStream(), [] as unknown[]];
  const program = buildProgram((commands ?? standard)(seen), {
    name: 'deep',
    version: '1.2.3',
    summary: 'A program.',
    groups: { train: 'Train a network' },
    variables: { DYNAMIC_DEEP_CACHE: { help: 'Downloads.', default: '~' } },
    stdout,
    stderr,
  });
  const code = await program.main(line.split(' ').filter(Boolean), env);
  return { code, out: stdout.text, err: stderr.text, seen };
}

const standard = (seen: unknown[]): Command[] => [
  defineCommand({
    name: 'serve',
    summary: 'Serves.',
    options: defineOptions({
      httpPort: option(z.int().min(0).max(65_535), { help: 'Port', default: 9000 }),
      lingerMs: option(z.int(), { help: 'Linger', unit: 'ms', default: 5 }),
      brokers: option(z.array(z.string()).min(1), {
        help: 'Brokers',
        env: 'KAFKA_BROKERS',
        default: ['localhost:9092'],
      }),
      loud: option(z.boolean(), { help: 'Loud', default: false }),
      offset: option(z.number().optional(), { help: 'Offset' }),
    }),
    check: ({ httpPort, lingerMs, offset }, given) => {
      if (offset === 0 && given.has('httpPort')) return ['httpPort is given beside offset'];
      return httpPort === 1 && lingerMs === 1 ? ['not both 1'] : [];
    },
    run: async (options) => {
      await Promise.resolve();
      seen.push(options);
    },
  }),
  defineCommand({
    name: 'train rhythm',
    summary: 'Trains the rhythm classifier.',
    options: defineOptions({ epochs: option(z.int().min(1), { short: 'e', help: 'Epochs', default: 3 }) }),
    positionals: {
      folder: option(z.string(), { help: 'Data' }),
      more: option(z.array(z.string()), { help: '', default: [] }),
    },
    run: (options, context) => {
      seen.push(options, context.command);
      return Promise.resolve(7);
    },
  }),
];

describe('help and version', () => {
  it.each(['--version', 'serve --version', 'train --version', 'train rhythm --version'])('%s', async (line) => {
    expect(await run(line)).toMatchObject({ code: 0, out: 'deep 1.2.3\n', err: '' });
  });

  it.each([
    ['--help', ['serve', 'train', 'A program.']],
    ['train --help', ['rhythm', 'Train a network']],
    ['help train', ['rhythm']],
    [
      'train rhythm --help',
      ['deep train rhythm FOLDER [MORE...] [options]', '--epochs <number>', 'DYNAMIC_DEEP_EPOCHS'],
    ],
    ['serve --help', ['--linger-ms <ms>', '--[no-]loud', '--brokers <list>', 'KAFKA_BROKERS; default localhost:9092']],
  ])('%s', async (line, parts) => {
    const { code, out, err } = await run(line);
    expect([code, err]).toEqual([0, '']);
    for (const part of parts) expect(out).toContain(part);
    expect(out).not.toMatch(/\[value\]|--no-loud/);
  });

  it('leaves hidden commands out, but runs them', async () => {
    const hidden = (seen: unknown[]): Command[] => [
      ...standard(seen),
      defineCommand({
        name: 'docs x',
        summary: 'Prints x.',
        hidden: true,
        options: {},
        run: async () => {
          await Promise.resolve();
          seen.push('x');
        },
      }),
    ];
    expect((await run('--help', {}, hidden)).out).not.toContain('docs');
    expect((await run('docs x', {}, hidden)).seen).toEqual(['x']);
  });

  it('asks for a command where none is named', async () => {
    for (const line of ['', 'train']) {
      const { code, out, err } = await run(line);
      expect([code, out]).toEqual([2, '']);
      expect(err).toContain('Usage: deep');
    }
  });
});

describe('a command line', () => {
  it('reaches the command as typed values', async () => {
    const line = 'serve --http-port=1 --brokers a:1,b:2 --linger-ms 7ms --loud --brokers c:3 --offset -1.5';
    expect((await run(line)).seen).toEqual([
      { httpPort: 1, lingerMs: 7, brokers: ['a:1', 'b:2', 'c:3'], loud: true, offset: -1.5 },
    ]);
    expect((await run('serve --no-loud', { DYNAMIC_DEEP_LOUD: 'true' })).seen).toMatchObject([{ loud: false }]);
  });

  it('carries positionals, also behind flags and a double dash, and the exit code', async () => {
    expect(await run('train rhythm --epochs 4 data x -- --odd')).toMatchObject({
      code: 7,
      seen: [{ epochs: 4, folder: 'data', more: ['x', '--odd'] }, 'train rhythm'],
    });
  });

  it('takes the letter of a flag for the flag', async () => {
    const { seen } = await run('train rhythm data -e 5');
    expect(seen).toMatchObject([{ epochs: 5, folder: 'data' }, 'train rhythm']);
    expect((await run('train rhythm --help')).out).toContain('-e, --epochs <');
  });

  it('is refused with all its mistakes at once', async () => {
    const { code, err, seen } = await run('serve --http-prot 1 --linger-ms 2s --offset --zzz', {
      DYNAMIC_DEEP_HTTP_PRT: '4',
      DYNAMIC_DEEP_EPOCHS: '9',
      DYNAMIC_DEEP_CACHE: '/tmp',
    });
    expect([code, seen]).toEqual([2, []]);
    expect(err.split('\n')).toEqual([
      'error CONFIG_INVALID: 5 mistakes',
      '  the flag --http-prot is unknown; did you mean --http-port?',
      '  the flag --zzz is unknown',
      '  the variable DYNAMIC_DEEP_HTTP_PRT is unknown; did you mean DYNAMIC_DEEP_HTTP_PORT?',
      "  --linger-ms (DYNAMIC_DEEP_LINGER_MS) is '2s'; allowed: a whole number in ms",
      '  --offset (DYNAMIC_DEEP_OFFSET) needs a value; allowed: a number',
      'help: Correct the named flags or variables; `--help` lists them.',
      '',
    ]);
  });

  it('is checked across options once each of them is valid', async () => {
    expect((await run('serve --http-port 1 --linger-ms 1')).err).toMatch(/^error CONFIG_INVALID: not both 1\nhelp: /);
    expect((await run('serve --offset 0 --http-port 9000')).err).toContain('httpPort is given beside offset');
    expect((await run('serve --offset 0')).code).toBe(0);
  });

  it.each([
    ['serv', "unknown command 'serv' (Did you mean serve?)"],
    ['train rythm', "unknown command 'rythm' (Did you mean rhythm?)"],
    ['--loud serve', "unknown option '--loud'"],
    ['serve extra', "'extra' is one argument too many"],
    ['train rhythm', 'FOLDER is missing; allowed: text'],
  ])('%s is refused', async (line, message) => {
    const { code, err } = await run(line);
    expect(code).toBe(2);
    expect(err).toMatch(/^error CONFIG_INVALID: .*\nhelp: .*\n$/);
    expect(err).toContain(message);
  });
});

describe('failures', () => {
  const failing = (thrown: unknown) => () => [
    defineCommand({
      name: 'fail',
      summary: 'Fails.',
      options: {},
      run: () => Promise.reject<undefined>(thrown as Error),
    }),
  ];

  it('that are expected take one line, one line of help and exit code 1', async () => {
    const error = new DynamicDeepError('BROKER_UNREACHABLE', 'nobody answers at localhost:1');
    expect(await run('fail', {}, failing(error))).toMatchObject({
      code: 1,
      err: 'error BROKER_UNREACHABLE: nobody answers at localhost:1\nhelp: Start the broker or correct KAFKA_BROKERS.\n',
    });
  });

  it('that are not show their stack and exit code 70', async () => {
    const { code, err } = await run('fail', {}, failing(new TypeError('oh')));
    expect(code).toBe(70);
    expect(err).toMatch(/^TypeError: oh\n +at /);
  });
});

it('refuses two commands of one name', () => {
  const twice = [...standard([]), ...standard([])];
  expect(() => buildProgram(twice, { name: 'deep', version: '1', summary: '' })).toThrow('same name');
});
