/** Tables of the policy view: every change, and what calibration has certified. */
import type { CertifiedGain, PoliciesReport, PolicyEntry } from '../../policy/protocol.js';
import { differences } from '../policies.js';
import { TEXT } from '../text.js';
import { button, h } from '../ui/dom.js';
import { timeElement } from '../ui/time.js';
import { table } from './report-parts.js';

const words = TEXT.policy;

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
        : button(
            words.edit,
            () => {
              onEdit(entry);
            },
            { 'aria-label': words.editOf(scope, version), class: 'second' },
          );
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
    .map(({ bounds: { rhythm, peaks, reconstruction }, alpha, tau, k, n, payloadGain }) => [
      ...[String(rhythm), String(peaks)],
      reconstruction === null ? TEXT.compression.none : `${reconstruction} %`,
      ...[TEXT.share(alpha), String(tau), words.of(k, n)],
      payloadGain === null ? TEXT.compression.none : TEXT.gain(payloadGain),
    ]);
  return table(words.certifiedColumns, rows, TEXT.system.none);
}
