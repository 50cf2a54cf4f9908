// Blocks about the alarms: models/README.md, docs/alarms.md and the cards.
import { digits, digitsOrNone, result, source, table, warningOf, withInterval } from './material.mjs';

const UNMEASURED = 'The alarms have not been measured yet.';

/** Makes a block about the measured alarms, with a warning if they were measured with other models than those that ship. */
const measured = (say) => (up) => {
  const data = result('alarms');
  if (data === undefined) return UNMEASURED;
  return [...warningOf(data.scores.models), ...say(data.scores), source('alarms', data, up)].join('\n\n');
};

const delays = ({ onsets, detected, p50s, p95s }) => [
  `${detected} of ${onsets}`,
  digitsOrNone(p50s, 1),
  digitsOrNone(p95s, 1),
];

export const alarms = measured(({ perKind, records }) => {
  const rows = Object.entries(perKind)
    .filter(([, { onsets, hours }]) => onsets > 0 || hours > 0)
    .map(([kind, score]) => [
      `\`${kind}\``,
      ...delays(score),
      withInterval(score.falsePer24h, score.falseInterval, 1),
      digits(score.hours, 1),
    ]);
  return [
    `${records} composed recordings. Delays are seconds from the onset to the alarm, end to end; 95% intervals are exact Poisson intervals:`,
    table(['alarm', 'detected', 'delay, median', 'delay, 95%', 'false per 24 h (95%)', 'hours counted'], rows),
  ];
});

/** One row per way of making an onset: an onset met late would be hidden among the others of its kind. */
export const alarmVariants = measured(({ perVariant }) => [
  'The same onsets by how they were made; delays in seconds, end to end:',
  table(
    ['alarm / variant', 'detected', 'delay, median', 'delay, 95%', 'detected by'],
    Object.entries(perVariant).map(([variant, score]) => [
      `\`${variant}\``,
      ...delays(score),
      Object.entries(score.by).map(([kind, count]) => `\`${kind}\` ${count}`).join(', '), // prettier-ignore
    ]),
  ),
]);

const ratio = (count, interval, hours) => `${count} in ${digits(hours, 1)} h, ${interval} per 24 h`;

/** Alarms on unaltered records; nobody has judged whether they are false. */
const untouchedOf = ({ untouched }, kind) => {
  const { alarms: count, per24h, interval } = untouched.perKind[kind];
  return ratio(count, withInterval(per24h, interval, 1), untouched.hours);
};

/** Kinds that were raised falsely, or in unaltered excerpts. */
export const falseAlarms = measured((scores) => [
  'False alarms in composed recordings, and alarms in unaltered excerpts, which nobody has judged; only kinds that were raised in either:',
  table(
    ['alarm', 'false per 24 h (95%)', 'unaltered excerpts'],
    Object.entries(scores.perKind)
      .filter(([kind, { falsePer24h }]) => falsePer24h > 0 || (scores.untouched?.perKind[kind].alarms ?? 0) > 0)
      .map(([kind, { falsePer24h, falseInterval }]) => [
        `\`${kind}\``,
        withInterval(falsePer24h, falseInterval, 1),
        scores.untouched === null ? 'not measured' : untouchedOf(scores, kind),
      ]),
  ),
]);

export const inventedBeats = measured(({ inventedBeats: silent, vfLikeBeats }) => [
  'Whole windows coded by one rung, whatever it adds to the errors of the tasks. Refused windows went losslessly, since the rung would have invented a beat, lost one, or made a clear beat out of noise. Invented beats are those that RPnet finds in what was sent:',
  table(
    ['rung', 'silent windows', 'refused', 'beats invented', 'VF-like windows', 'refused', 'waves taken for beats'],
    Object.entries(silent).map(([rung, own]) => {
      const columns = [own, vfLikeBeats[rung] ?? { windows: 0, refused: 0, beats: 0 }].flatMap(
        ({ windows, refused, beats }) => [windows, refused, beats],
      );
      return [`\`${rung}\``, ...columns.map(String)];
    }),
  ),
]);

/** For the rhythm card: the alarms that follow from the label AF at a bed. */
export const fibrillationAlarms = measured((scores) => {
  const { onsets, detected, p50s, p95s, falsePer24h, falseInterval } = scores.perKind['atrial-fibrillation'];
  const seconds = `median delay ${digitsOrNone(p50s, 1)} s, 95th percentile ${digitsOrNone(p95s, 1)} s`;
  const untouched =
    scores.untouched === null
      ? ''
      : ` In unaltered excerpts, not judged: ${untouchedOf(scores, 'atrial-fibrillation')}.`;
  return [
    `Alarms of AF from the classifier's labels and irregular beats, on MIT-BIH patients of the part \`selection\`: ${detected} of ${onsets} onsets detected, ${seconds}; false alarms: ${withInterval(falsePer24h, falseInterval, 1)} per 24 h.${untouched}`,
  ];
});
