// How often figures of the part `test` were looked at: one entry per state of the product with a committed result.
import { table } from './material.mjs';

/** Looks at bench/results/compression.json: payload gain at 0.1 and 0.75 nats. A bound added later counts with its state. */
const COMPRESSION = [
  ['47481e1', '28th, 15:50', 'the first rule: one tau for all windows', '48.1, 129.4'],
  ['3f5e4fa', '28th, 17:37', 'each window may spend a share of the bound', '91.0, 143.0'],
  ['1593b29', '28th, 22:01', 'another dense predictor, the rest unchanged', 'dense: 24.3, 53.0'],
  ['fca691e', '29th, 03:01', 'the robust classifier', '84.1, 171.7'],
  ['09b9737', '29th, 05:58', 'search from the largest gain on, with a limit on the error in doubt', '99.9, 170.9'],
  [
    '134e351',
    '29th, 09:30',
    'classifier without class weights; every window may add some error in doubt',
    '120.6, 174.3',
  ],
  ['5e5a4d3', '29th, 13:24', 'bytes weighed against the errors spent', '133.4, 170.4'],
  [
    '10cb493',
    '29th, 17:02',
    'classifier trained on measures of beats; learned contexts and coded ends',
    '146.0, 182.4',
  ],
  ['213c0f4', '29th, 17:25', 'new certificates of the dense predictor, the rest unchanged', 'dense: 22.7, 73.3'],
  ['ada5dcb', '30th, 22:11', 'RPnet trained under hum, wander and pulses; all certificates new', '145.2, 184.9'],
];

/** Looks at bench/results/rhythm.json: step accuracy, mean F1. The last was measured beside the fourth and has no commit. */
const RHYTHM = [
  ['981f327', '25th, 03:41', 'the first classifier', '0.872, 0.842'],
  ['a43130f', '25th, 12:38', 'the first that shipped', '0.874, 0.833'],
  ['d5b6254', '28th, 17:35', 'the same, also on records cut to 9 s', 'unchanged'],
  ['6f85c85', '29th, 01:36', 'made robust', '0.880, 0.837'],
  ['49ecc89', '29th, 09:46', 'without class weights', '0.885, 0.849'],
  ['335f460', '29th, 16:17', 'trained on measures of beats (shipped)', '0.886, 0.859'],
  ['', '29th', 'a recurrent classifier from another program', '0.885, 0.845'],
];

const NUMBERS = [
  'no',
  'one',
  'two',
  'three',
  'four',
  'five',
  'six',
  'seven',
  'eight',
  'nine',
  'ten',
  'eleven',
  'twelve',
];
const times = ({ length }) => `${NUMBERS[length] ?? length} times`;
const where = (up) => `[details](${up}models/README.md#how-often-the-part-test-was-looked-at)`;

/** The caveat that belongs to compression's figures on the part `test`. */
export const seenByCompression = (up) =>
  `not used in any training, but their figures were looked at ${times(COMPRESSION)} while the rule that chooses rungs was developed (${where(up)})`;

/** The caveat that belongs to the classifier's figures. */
export const seenByRhythm = (up) =>
  `not used in any training, but their figures were looked at ${times(RHYTHM)} while classifiers were developed (${where(up)})`;

/** Table of all looks, for models/README.md. */
export function testLooks() {
  const rows = (of, looks) =>
    looks.map(([commit, at, what, figures]) => [of, at, commit === '' ? '–' : `\`${commit}\``, what, figures]);
  return [
    table(
      ['result', 'November 2026', 'commit', 'what was new', 'payload gain at 0.1, 0.75; step accuracy, mean F1'],
      [...rows('compression', COMPRESSION), ...rows('rhythm', RHYTHM)],
    ),
    `Compression was looked at ${times(COMPRESSION)}, the classifier ${times(RHYTHM)}; runs whose results were not committed are not counted.`,
  ].join('\n\n');
}
