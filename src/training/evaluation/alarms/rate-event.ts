/** A step of the heart rate: real beats at other intervals, from one beat to the next. */
import type { AlarmKind } from '../../../lib/tasks/alarms/kinds.js';
import type { AnnotatedBeat } from './annotated.js';
import { blendInto, replaceBeats, type Canvas } from './canvas.js';
import { due, quietLines, type EventTools } from './events.js';
import { isOrdinary } from './place.js';
import { addBeats, commonSymbol } from './respace.js';

/** Standard deviation of the intervals as a share of their mean: no heart is a metronome. */
const VARIATION = 0.02;
/** Least time from the event's last beat to the first beat after it, unless the event's own intervals are shorter. */
const LEAST_GAP_S = 0.6;
const P_BEGIN_S = 0.26;
const P_BEGIN_SHARE = 0.4;
const BLEND_S = 0.04;

/** Writes real beats at `bpm` beats a minute; the alarm is due from the last beat at the old rate on. */
export function writeRate(tools: EventTools, kind: AlarmKind, bpm: number): void {
  const { canvas, place } = tools;
  const { rate, sourceBeats } = canvas;
  const from = place.beat - Math.round(Math.min(P_BEGIN_S * rate, P_BEGIN_SHARE * intervalAt(canvas, place.index)));
  const beats = schedule(tools, bpm);
  const lines = quietLines(tools, from, place.to, 'baseline');
  const placed = beats.map(({ index, frame }, i) => ({
    source: sourceBeats[index]!.frame,
    at: frame - from,
    sourceInterval: intervalAt(canvas, index),
    interval: (beats[i + 1]?.frame ?? place.next) - frame,
  }));
  canvas.leads.forEach((lead, i) => {
    addBeats(lines[i]!, lead.original, placed, rate);
    blendInto(lead, from, lines[i]!, Math.round(BLEND_S * rate));
  });
  const others: AnnotatedBeat[] = beats.map(({ index, frame }) => ({ frame, symbol: sourceBeats[index]!.symbol }));
  replaceBeats(canvas, place.beat, place.next, others);
  due(tools, kind, `${Math.round(bpm)} a minute`, place.beat, place.next);
}

/** Which beat of the excerpt goes where; the first is the last one at the old rate, in its own place. */
function schedule({ canvas, place, random }: EventTools, bpm: number): { index: number; frame: number }[] {
  const { sourceBeats, rate } = canvas;
  const interval = (60 * rate) / bpm;
  const symbol = commonSymbol(sourceBeats);
  const usable = sourceBeats
    .map((beat, index) => ({ beat, index }))
    .filter(({ beat, index }) => beat.symbol === symbol && isOrdinary(sourceBeats, index, rate))
    .map(({ index }) => index);
  const first = Math.max(
    0,
    usable.findIndex((index) => index > place.index),
  );
  const beats = [{ index: place.index, frame: place.beat }];
  const last = place.next - Math.min(interval, LEAST_GAP_S * rate);
  for (let k = first, at: number = place.beat; usable.length > 0; k++) {
    at += interval * (1 + VARIATION * Math.max(-2, Math.min(2, random.normal())));
    if (at > last) break;
    beats.push({ index: usable[k % usable.length]!, frame: Math.round(at) });
  }
  return beats;
}

/** The shorter of the intervals beside a beat, in frames: the room for its waves. */
function intervalAt({ sourceBeats }: Canvas, index: number): number {
  const [before, beat, after] = [sourceBeats[index - 1], sourceBeats[index], sourceBeats[index + 1]];
  const intervals = [before && beat && beat.frame - before.frame, after && beat && after.frame - beat.frame];
  return Math.min(...intervals.filter((interval) => interval !== undefined));
}
