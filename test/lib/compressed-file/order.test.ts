import { describe, expect, it } from 'vitest';
import { RunOrder, type SegmentRun } from '../../../src/lib/compressed-file/index.js';
import { header, run } from './runs.js';

function take(runs: readonly Partial<SegmentRun>[]): void {
  const order = new RunOrder('file.avro');
  for (const each of runs) order.take({ ...run(each), crc: Buffer.alloc(4) });
  order.end();
}

const two = { records: 2, leads: 2 };
const whole: Partial<SegmentRun>[] = [
  { header: header(two), last: false },
  { lead: 1, header: header(two) },
  { run: 1 },
  { record: 1, header: header({ ...two, leads: 1 }) },
];

describe('runs', () => {
  it('of leads side by side, record after record, are a file', () => {
    expect(() => {
      take(whole);
    }).not.toThrow();
  });

  it.each(whole.map((_, i) => i))('without run %d of the file are none', (missing) => {
    expect(() => {
      take(whole.filter((_, i) => i !== missing));
    }).toThrow(expect.objectContaining({ code: 'COMPRESSED_FILE_INVALID' }));
  });

  it.each<[string, Partial<SegmentRun>[]]>([
    ['twice the same', [whole[0]!, whole[0]!]],
    ['of another version', [{ version: 2, header: header() }]],
    ['after the last of a lead', [{ header: header({ leads: 2 }) }, { run: 1 }]],
    ['of a lead that the record has not', [{ lead: 1, header: header() }]],
    ['of a lead before its header', [{}]],
    ['whose headers disagree', [whole[0]!, { lead: 1, header: header({ ...two, leads: 3 }) }]],
    ['of a million leads', [{ header: header({ leads: 1_000_000 }) }]],
    ['of more records than there are', [{ header: header() }, { record: 1, header: header() }]],
    ['of none', []],
  ])('%s are refused', (_, runs) => {
    expect(() => {
      take(runs);
    }).toThrow(expect.objectContaining({ code: 'COMPRESSED_FILE_INVALID' }));
  });
});
