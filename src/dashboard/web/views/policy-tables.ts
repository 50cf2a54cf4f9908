/** The policy view's tables: every change, what calibration says, what a preview found. */
import type { CertifiedGain, PoliciesReport, PolicyEntry, PolicyPreview } from '../../policy/protocol.js';
import { differences } from '../policies.js';
import { TEXT } from '../text.js';
import { button, h } from '../ui/dom.js';
import { moment, timeElement } from '../ui/time.js';
import { table } from './report-parts.js';

const words = TEXT.policy;
const gain = (native: number, payload: number): string => (payload === 0 ? TEXT.compression.none : TEXT.gain(native / payload)); // prettier-ignore

export function historyTable(
  { history }: Pick<PoliciesReport, 'history'>,
  onEdit: ((entry: PolicyEntry) => void) | undefined,
): HTMLElement {
  const rows = history.map((entry, i) => {
    const { version, scope, at, author, policy } = entry;
    const before = history.slice(i + 1).find((older) => older.scope === scope)?.policy ?? null;
    const edit =
      policy === null || onEdit === undefined
        ? ''
        : button(words.edit, () => {
            onEdit(entry);
          }, { 'aria-label': words.editOf(scope, version), class: 'second' }); // prettier-ignore
    return [String(version), scope, timeElement(at), author, changesOf(before, policy), edit];
  });
  return table(words.historyColumns, rows, TEXT.system.none);
}

function changesOf(before: PolicyEntry['policy'], policy: PolicyEntry['policy']): HTMLElement | string {
  if (policy === null) return words.withdrawn;
  if (before === null) return words.first;
  const changes = differences(before, policy);
  if (changes.length === 0) return words.same;
  return h('ul', { class: 'changes' }, ...changes.map((change) => h('li', {}, change)));
}

export function certifiedTable(certified: readonly CertifiedGain[]): HTMLElement {
  const rows = [...certified]
    .sort((a, b) => a.bounds.rhythm - b.bounds.rhythm)
    .map(({ bounds: { rhythm, peaks, reconstruction }, tau, k, n, payloadGain }) => [
      ...[String(rhythm), String(peaks)],
      reconstruction === null ? TEXT.compression.none : `${reconstruction} %`,
      ...[String(tau), words.of(k, n)],
      payloadGain === null ? TEXT.compression.none : TEXT.gain(payloadGain),
    ]);
  return table(words.certifiedColumns, rows, TEXT.system.none);
}

export function previewParts({ streams, without, records, wanted, from, to }: PolicyPreview): HTMLElement[] {
  const heading = h('h4', {}, words.before);
  if (from === null || to === null) return [heading, h('p', { class: 'legend' }, words.unmeasured)];
  const sum = (key: 'records' | 'nativeBytes' | 'sentBytes' | 'payloadBytes'): number =>
    streams.reduce((total, stream) => total + stream[key], 0);
  const all = {
    ...{ device: words.all, stream: '', records: sum('records'), nativeBytes: sum('nativeBytes') },
    ...{ sentBytes: sum('sentBytes'), payloadBytes: sum('payloadBytes'), rungs: {} },
  };
  const rows = [...streams, all].map(
    ({ stream, device, records: own, nativeBytes, sentBytes, payloadBytes, rungs }) => [
      stream === '' ? device : stream,
      String(own),
      gain(nativeBytes, sentBytes),
      gain(nativeBytes, payloadBytes),
      Object.entries(rungs).sort(([, a], [, b]) => b - a).map(([rung, count]) => `${count} ${rung}`).join(', '), // prettier-ignore
    ],
  );
  return [
    heading,
    table(words.beforeColumns, rows),
    h('p', { class: 'legend' }, words.measured(records, moment(from), moment(to))),
    ...(records < wanted ? [h('p', { class: 'legend' }, words.late(records, wanted))] : []),
    ...(without > 0 ? [h('p', { class: 'legend' }, words.without(without))] : []),
    h('p', { class: 'legend' }, words.caveat),
  ];
}
