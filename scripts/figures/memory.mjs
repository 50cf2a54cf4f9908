// What models take at the edge, in the unit of the paper: thousands of bytes in memory, four a number. Files have two.
import { digits, hasModel, kilobytes, manifest } from './material.mjs';

/** Bytes that the paper has at the edge: 83,000 numbers. */
const PAPER_BYTES = 332_000;
const NUMBER_BYTES = 4;
/** Weights of contexts stay JavaScript's numbers. */
const CONTEXT_BYTES = 8;

const sum = (values) => values.reduce((total, value) => total + value, 0);
const megabytes = (bytes) => `${digits(bytes / 1e6, 2)} MB`;
const thousands = (count) => count.toLocaleString('en-US');

/** Numbers of some networks of a model, or of all. */
export function numbersOf(name, keys) {
  const { networks } = manifest(name);
  const own = keys ?? Object.keys(networks);
  return sum(own.flatMap((key) => networks[key].weights.map(({ shape }) => shape.reduce((a, b) => a * b, 1))));
}

function countNumbers(value) {
  if (typeof value === 'number') return 1;
  return sum(Object.values(value).map(countNumbers));
}

/** What the ladder codes by: of each table the cumulative frequencies, one more than counts, and the weights of contexts. */
export function codingNumbers() {
  const coded = manifest('codec').parameters.ladder.filter(({ counts }) => counts !== undefined);
  const tables = coded.flatMap(({ counts, coding }) => [
    ...counts,
    ...[coding?.scales, coding?.offsets, coding?.ends?.counts].filter((own) => own !== undefined),
  ]);
  return {
    frequencies: sum(tables.map((own) => own.length + 1)),
    contexts: sum(coded.map(({ coding }) => (coding === undefined ? 0 : countNumbers(coding.contexts)))),
  };
}

const limit = (bytes) => `${bytes <= PAPER_BYTES ? 'within' : 'above'} the paper's ${kilobytes(PAPER_BYTES)}`;

function denseNumbers() {
  return hasModel('codec/dense') ? numbersOf('codec/dense') : numbersOf('codec', ['predictor']);
}

/** Encoder and dense predictor, of which the paper's limit speaks. */
export function denseMemory() {
  const [encoder, dense] = [numbersOf('codec', ['encoder']), denseNumbers()];
  const bytes = NUMBER_BYTES * (encoder + dense);
  return `With the codec's encoder (${thousands(encoder)} numbers) it has ${thousands(encoder + dense)}: ${kilobytes(bytes)} at four bytes each, as the paper counts, ${limit(bytes)}; its own ${thousands(dense)} have ${kilobytes(NUMBER_BYTES * dense)}.`;
}

/** Rows of the overview: what an edge has, by who chooses. */
export function edgeMemory() {
  const { networks, parameters } = manifest('codec');
  const encoder = numbersOf('codec', ['encoder']);
  const decoder = numbersOf('codec', ['decoder', ...('borders' in networks ? ['borders'] : [])]);
  const predicting = encoder + denseNumbers();
  const { frequencies, contexts } = codingNumbers();
  const tables = NUMBER_BYTES * frequencies + CONTEXT_BYTES * contexts;
  const rungs = parameters.ladder.map(({ name }) => `\`${name}\``).join(', ');
  const bytes = {
    encoder: NUMBER_BYTES * encoder,
    coder: NUMBER_BYTES * encoder + tables,
    predicting: NUMBER_BYTES * predicting,
    dense: NUMBER_BYTES * (predicting + decoder) + tables,
    synthesis: NUMBER_BYTES * (encoder + decoder + numbersOf('rhythm') + numbersOf('peaks')) + tables,
  };
  return [
    [
      'edge, encoder alone',
      kilobytes(bytes.encoder),
      `${thousands(encoder)} numbers, ${limit(bytes.encoder)}; rungs ${rungs}`,
    ],
    [
      'edge, encoder and entropy tables',
      kilobytes(bytes.coder),
      `beside the encoder ${thousands(frequencies)} cumulative frequencies (${kilobytes(NUMBER_BYTES * frequencies)}) and ${thousands(contexts)} weights of contexts of ${CONTEXT_BYTES} bytes (${kilobytes(CONTEXT_BYTES * contexts)}): ${limit(bytes.coder)} (the paper has no entropy coder)`,
    ],
    [
      'edge, encoder and dense predictor',
      kilobytes(bytes.predicting),
      `${thousands(predicting)} numbers, without tables and decoder: ${limit(bytes.predicting)}`,
    ],
    [
      'edge, `--predictor dense`',
      megabytes(bytes.dense),
      'loaded: these two, the tables, and the decoder with its correction of ends, which a bound on PRDN needs',
    ],
    [
      'edge, `--predictor synthesis` (default)',
      megabytes(bytes.synthesis),
      `loaded: encoder, tables, decoder, rhythm classifier and RPnet: ${digits(bytes.synthesis / PAPER_BYTES, 0)} times the paper's ${kilobytes(PAPER_BYTES)}`,
    ],
  ];
}

/** Below a table with `edgeMemory`. */
export const memoryUnit = (up) =>
  `Memory of the edge is that of the numbers alone, four bytes each as in the paper; KB are thousands of bytes. Files have two bytes a number. What a process takes stands in [docs/choosing.md](${up}docs/choosing.md#what-it-costs).`;
