/** Shows a preview: the gain beside what the tasks would have lost. */
import type { PolicyPreview, PreviewSums, Spread } from '../../policy/protocol.js';
import { TEXT } from '../text.js';
import { h } from '../ui/dom.js';
import { moment } from '../ui/time.js';
import { table } from './report-parts.js';

const words = TEXT.policy;
const { none } = TEXT.compression;
const gain = (native: number, payload: number): string => (payload === 0 ? none : TEXT.gain(native / payload));

export function previewParts({
  streams,
  all,
  interval,
  without,
  wanted,
  gone,
  from,
  to,
}: PolicyPreview): HTMLElement[] {
  const heading = h('h4', {}, words.before);
  const left = gone > 0 ? [legend(words.gone(gone))] : [];
  if (from === null || to === null) return [heading, legend(words.unmeasured), ...left];
  const rows = [...streams, { stream: words.all, ...all }].map(({ stream, ...sums }) => [stream, ...cellsOf(sums)]);
  return [
    heading,
    ...(interval === null ? [] : [h('p', { class: 'verdict' }, verdict(all, interval))]),
    h(
      'div',
      { class: 'scrolls', tabindex: 0, role: 'region', 'aria-label': words.before },
      table(words.beforeColumns, rows),
    ),
    legend(words.measured(all.records, moment(from), moment(to))),
    ...(all.records < wanted ? [legend(words.late(all.records, wanted))] : []),
    ...(without > 0 ? [legend(words.without(without))] : []),
    ...left,
    legend(words.caveat),
  ];
}

function verdict({ records, above }: PreviewSums, interval: readonly [number, number]): string {
  const share = words.above(above.any, records, (100 * above.any) / records, interval);
  return above.any === 0 ? share : `${share} ${words.aboveParts(above.rhythm, above.peaks)}`;
}

function cellsOf({
  records,
  nativeBytes,
  sentBytes,
  payloadBytes,
  rungs,
  rhythm,
  peaks,
  prdn,
  above,
}: PreviewSums): string[] {
  const counts = Object.entries(rungs).sort(([, a], [, b]) => b - a);
  return [
    ...[String(records), gain(nativeBytes, sentBytes), gain(nativeBytes, payloadBytes)],
    ...[spread(rhythm, (value) => value.toFixed(3)), spread(peaks, (value) => value.toFixed(3))],
    ...[spread(prdn, TEXT.bedView.unit), String(above.any)],
    counts.map(([rung, count]) => `${count} ${rung}`).join(', '),
  ];
}

function spread(of: Spread, format: (value: number) => string): string {
  return of === null ? none : words.spread(format(of.mean), format(of.largest));
}

function legend(text: string): HTMLElement {
  return h('p', { class: 'legend' }, text);
}
