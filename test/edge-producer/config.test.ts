import { describe, expect, it } from 'vitest';
import { checkEdgeOptions, listenAddress, type EdgeConfig } from '../../src/edge-producer/config.js';

const CONFIG = { speed: 1, graceMs: 1, forceMs: 2 } as EdgeConfig;

describe('the source of an edge', () => {
  it.each([
    ['records', { records: ['a'], speed: 4, seconds: 10, beds: 3 }, undefined],
    ['an address', { listen: '127.0.0.1:7000' }, undefined],
    ['neither', {}, /exactly one of them: neither/],
    ['both', { records: ['a'], listen: '127.0.0.1:7000' }, /exactly one of them: both/],
    ['a speed for live devices', { listen: '[::1]:7000', speed: 2 }, /belong to a replay/],
    ['a port that does not exist', { listen: 'gateway:70000' }, /no such port/],
  ])('%s', (_, over, mistake) => {
    const mistakes = checkEdgeOptions({ ...CONFIG, ...over });
    if (mistake === undefined) expect(mistakes).toEqual([]);
    else expect(mistakes.join('\n')).toMatch(mistake);
  });

  it.each([
    ['127.0.0.1:7000', { host: '127.0.0.1', port: 7000 }],
    ['[::1]:7000', { host: '::1', port: 7000 }],
    ['gateway.ward-3:80', { host: 'gateway.ward-3', port: 80 }],
  ])('listens on %s', (text, address) => {
    expect(listenAddress(text)).toEqual(address);
  });
});
