// Blocks about the alarms: models/README.md, docs/alarms.md and the cards.
import { digits, digitsOrNone, result, source, table, warningOf, withInterval } from './material.mjs';

const UNMEASURED = 'The alarms have not been measured yet.';

/** What a block says of the measured alarms, with a warning where other models ship. */
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
    `${records} composed recordings; seconds from the onset to the alarm, end to end; 95% intervals are exact Poisson ones:`,
    table(['alarm', 'detected', '50%', '95%', 'false in 24 h (95%)', 'in hours'], rows),
  ];
});

/** A row for every way in which an onset was made: one that is late hides among the others of its kind. */
export const alarmVariants = measured(({ perVariant }) => [
  'The same onsets by how they were made, seconds end to end:',
  table(
    ['alarm / variant', 'detected', '50%', '95%', 'met by'],
    Object.entries(perVariant).map(([variant, score]) => [
      `\`${variant}\``,
      ...delays(score),
      Object.entries(score.by).map(([kind, count]) => `\`${kind}\` ${count}`).join(', '), // prettier-ignore
    ]),
  ),
]);

const ratio = (count, interval, hours) => `${count} in ${digits(hours, 1)} h, ${interval} in 24 h`;

/** Alarms on records as they are, of which nobody has said whether they are false. */
const untouchedOf = ({ untouched }, kind) => {
  const { alarms: count, per24h, interval } = untouched.perKind[kind];
  return ratio(count, withInterval(per24h, interval, 1), untouched.hours);
};

/** Kinds that were raised where they were false, or in excerpts as they are. */
export const falseAlarms = measured((scores) => [
  'False alarms in composed recordings, and alarms in excerpts as they are, not judged; kinds that were raised in either:',
  table(
    ['alarm', 'false in 24 h (95%)', 'untouched excerpts'],
    Object.entries(scores.perKind)
      .filter(([kind, { falsePer24h }]) => falsePer24h > 0 || (scores.untouched?.perKind[kind].alarms ?? 0) > 0)
      .map(([kind, { falsePer24h, falseInterval }]) => [
        `\`${kind}\``,
        withInterval(falsePer24h, falseInterval, 1),
        scores.untouched === null ? 'not watched' : untouchedOf(scores, kind),
      ]),
  ),
]);

export const inventedBeats = measured(({ inventedBeats: silent, vfLikeBeats }) => [
  'Whole windows sent by one rung whatever it adds to the tasks; those that went losslessly, since it would have invented a beat, lost one, or made a clear one of noise; and the beats that RPnet finds in what was sent:',
  table(
    [
      'rung',
      'windows of silence',
      'refused of them',
      'beats invented',
      'windows like VF',
      'refused of these',
      'waves taken for beats',
    ],
    Object.entries(silent).map(([rung, own]) => {
      const columns = [own, vfLikeBeats[rung] ?? { windows: 0, refused: 0, beats: 0 }].flatMap(
        ({ windows, refused, beats }) => [windows, refused, beats],
      );
      return [`\`${rung}\``, ...columns.map(String)];
    }),
  ),
]);

/** The rhythm card: what becomes of the label AF at a bed. */
export const fibrillationAlarms = measured((scores) => {
  const { onsets, detected, p50s, p95s, falsePer24h, falseInterval } = scores.perKind['atrial-fibrillation'];
  const seconds = `after ${digitsOrNone(p50s, 1)} s in the median, ${digitsOrNone(p95s, 1)} s at the 95th percentile`;
  const untouched =
    scores.untouched === null
      ? ''
      : ` Excerpts as they are, not judged: ${untouchedOf(scores, 'atrial-fibrillation')}.`;
  return [
    `Alarms of AF from its labels and irregular beats, MIT-BIH patients of the part \`selection\`: ${detected} of ${onsets} onsets met, ${seconds}; false ones ${withInterval(falsePer24h, falseInterval, 1)} in 24 h.${untouched}`,
  ];
});
