import { describe, expect, it } from 'vitest';

import { DynamicDeepError } from '../../../src/lib/errors/index.js';
import { createLogger, IDENTIFIER_KEYS, type Logger } from '../../../src/lib/runtime/logger.js';

function logged(identifiers: boolean, write: (logger: Logger) => void): Record<string, unknown>[] {
  let text = '';
  const destination = { write: (line: string) => void (text += line) };
  write(createLogger({ name: 'edge-producer', level: 'info', identifiers, destination }));
  return text
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}

it('writes JSON with service, level name and UTC time', () => {
  const [line] = logged(false, (logger) => {
    logger.debug('unseen');
    logger.info({ rung: 'lossless' }, 'hello');
  });
  expect(line).toMatchObject({ service: 'edge-producer', level: 'info', msg: 'hello', rung: 'lossless' });
  expect(line?.['time']).toMatch(/^\d{4}-\d\d-\d\dT.*Z$/);
});

it('keeps the code and the stack of an error', () => {
  const [line] = logged(false, (logger) => {
    logger.error({ err: new DynamicDeepError('FENCED', 'taken over') }, 'failed');
  });
  expect(line?.['err']).toMatchObject({ code: 'FENCED', message: 'taken over' });
});

describe('identifiers', () => {
  const secret = 'patient-4711';
  const write = (logger: Logger): void => {
    for (const key of IDENTIFIER_KEYS) {
      logger.info({ [key]: secret });
      logger.info({ segment: { [key]: secret } });
      logger.info({ batch: [{ source: { [key]: [secret] } }] });
      logger.child({ [key]: secret }).info('from a child');
      logger
        .child({ source: { [key]: secret } })
        .child({ topic: 'signals' })
        .info('from a grandchild');
    }
  };

  it('are redacted wherever they stand', () => {
    const lines = logged(false, write);
    expect(lines).toHaveLength(5 * IDENTIFIER_KEYS.length);
    for (const line of lines) {
      expect(JSON.stringify(line)).not.toContain(secret);
      expect(JSON.stringify(line)).toContain('[redacted]');
    }
  });

  it('are shown on demand', () => {
    for (const line of logged(true, write)) expect(JSON.stringify(line)).toContain(secret);
  });
});
