/** What every rung costs and adds to the tasks, by window, measured with the code of edge and decoder: as really sent. */
import { z } from 'zod';
import { joinStretches } from '../../lib/signal/model-rate.js';
import { STEPS_PER_WINDOW, WINDOWS_PER_RECORD } from '../../lib/signal/grid.js';
import type { Inference } from '../../lib/tasks/inference.js';
import { peaksError } from '../../lib/tasks/peaks.js';
import { addedCrossEntropy } from '../../lib/tasks/rhythm.js';
import { cutWindows } from '../windows.js';
import type { Codec } from '../evaluation/compression/codec.js';
import { codeRecords, type CodedRecord } from '../evaluation/compression/coded-record.js';
import type { EcgRecord } from '../evaluation/compression/records.js';
import { throughout } from '../evaluation/compression/rules.js';
import { openLines } from './lines.js';

const BATCH = 8;

const window = z.tuple([z.number(), z.number(), z.number()]);
const measuredSchema = z.strictObject({
  name: z.string(),
  /** By rung, including the lossless one, by window: payload bytes, added cross-entropy, error of the peaks. */
  rungs: z.record(z.string(), z.array(window).length(WINDOWS_PER_RECORD)),
});
export type MeasuredWindows = z.infer<typeof measuredSchema>;

export async function measureWindows(
  records: readonly EcgRecord[],
  how: { readonly file: string; readonly identity: string; readonly codec: Codec; readonly inference: Inference },
): Promise<MeasuredWindows[]> {
  const { file, identity, codec, inference } = how;
  const lines = await openLines(file, identity, measuredSchema);
  const todo = records.filter(({ name }) => !lines.known.has(name));
  for (let first = 0; first < todo.length; first += BATCH) {
    process.stderr.write(`dense: rungs of ${first}/${todo.length} records\n`);
    const batch = await codeRecords(todo.slice(first, first + BATCH), { codec, paper: undefined, cae: undefined });
    for (const coded of batch) await lines.add(await measure(coded, codec, inference));
  }
  return records.map(({ name }) => lines.known.get(name)!);
}

async function measure(coded: CodedRecord, { ladder }: Codec, inference: Inference): Promise<MeasuredWindows> {
  const original = joinStretches([coded.record.original]);
  const names = ladder.rungs.filter(({ kind }) => kind !== 'lossless').map(({ name }) => name);
  const decoded = names.map((name) => joinStretches(throughout(coded, name).map(({ stretch }) => stretch)));
  const [before, ...after] = await inference.rhythm([original, ...decoded]);
  const maps = await inference.peaks([original, ...decoded].flatMap(cutWindows));
  const bytes = (name: string): number[] => throughout(coded, name).map(({ payload }) => payload.length);
  const rungs: MeasuredWindows['rungs'] = {
    [ladder.lossless.name]: bytes(ladder.lossless.name).map((own) => [own, 0, 0]),
  };
  names.forEach((name, i) => {
    rungs[name] = bytes(name).map((own, w) => [
      own,
      rounded(addedCrossEntropy(before!, after[i]!, w * STEPS_PER_WINDOW, (w + 1) * STEPS_PER_WINDOW)),
      rounded(peaksError(maps[w]!, maps[(i + 1) * WINDOWS_PER_RECORD + w]!)),
    ]);
  });
  return { name: coded.record.name, rungs };
}

function rounded(value: number): number {
  return Number(value.toPrecision(5));
}
