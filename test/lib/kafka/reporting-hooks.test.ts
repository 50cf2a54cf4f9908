import { expect, it, vi } from 'vitest';
import {
  reportFailedRecord,
  reportingHooks,
  reportUnreadable,
  type InputRecord,
} from '../../../src/lib/kafka/index.js';
import { silentLogger } from '../../../src/lib/kafka/logger.js';

function watched() {
  const logger = { ...silentLogger, warn: vi.fn(), error: vi.fn() };
  const metrics = { countRebalance: vi.fn(), setLag: vi.fn(), countLost: vi.fn() };
  return { logger, metrics, hooks: reportingHooks(metrics, logger) };
}

it('says which records were gone before they were read, and counts them', () => {
  const { logger, metrics, hooks } = watched();
  hooks.onLost({ index: 3, topic: 'ecg.signals', from: 40, to: 100 });
  expect(metrics.countLost.mock.calls).toEqual([['ecg.signals', 60]]);
  expect(logger.error.mock.lastCall![0]).toEqual({ topic: 'ecg.signals', partition: 3, from: 40, to: 100 });
});

it('counts one at least where the topic was made anew', () => {
  const { metrics, hooks } = watched();
  hooks.onLost({ index: 3, topic: 'ecg.signals', from: 40, to: 0 });
  expect(metrics.countLost.mock.calls).toEqual([['ecg.signals', 1]]);
});

it('says why a partition is opened anew', () => {
  const { logger, hooks } = watched();
  hooks.onRetry({ index: 1, error: new Error('MESSAGE_TOO_LARGE') });
  expect(logger.warn.mock.lastCall![0]).toEqual({ partition: 1, reason: 'MESSAGE_TOO_LARGE' });
});

it('says where a record lies that failed or cannot be decoded', () => {
  const { logger } = watched();
  const count = vi.fn();
  reportFailedRecord(count, logger)({ index: 2, topic: 'ecg.segments', offset: 7, error: new Error('no model') });
  expect(count).toHaveBeenCalledOnce();
  const place = { topic: 'ecg.segments', partition: 2, offset: 7, reason: 'no model' };
  expect(logger.error.mock.lastCall![0]).toEqual(place);
  reportUnreadable(logger)({ topic: 'ecg.segments', partition: 2, offset: 7 } as InputRecord, new Error('no model'));
  expect(logger.error.mock.lastCall![0]).toEqual(place);
});
