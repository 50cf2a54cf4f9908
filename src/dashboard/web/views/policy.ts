/** View of policies: those in force, the editor with its preview, the history. */
import type { PoliciesReport, PolicyEntry } from '../../policy/protocol.js';
import type { App, View } from '../app.js';
import { readPolicies, textOf } from '../policies.js';
import { TEXT } from '../text.js';
import { button, h } from '../ui/dom.js';
import { timeElement } from '../ui/time.js';
import { policyEditor } from './policy-editor.js';
import { certifiedTable, historyTable } from './policy-tables.js';
import { panel, table } from './report-parts.js';

const words = TEXT.policy;

export function policyView(app: App): View {
  app.connection.watch({ beds: [], whole: null, reports: ['system'] });
  const inForce = h('div', {}, h('p', { class: 'empty' }, TEXT.loading));
  const history = h('div');
  const certified = h('div');
  const failure = h('p', { class: 'mistakes', role: 'alert', hidden: true });
  let report: PoliciesReport | undefined;
  let isClosed = false;

  const editor = policyEditor(app, {
    current: (scope) => report?.history.find((entry) => entry.scope === scope),
    onPut: () => void refresh(),
  });
  const open = (entry: PolicyEntry): void => {
    editor.open(textOf(entry));
  };

  const refresh = async (): Promise<void> => {
    const answer = await readPolicies();
    if (isClosed) return;
    failure.hidden = 'value' in answer;
    if (!('value' in answer)) {
      failure.textContent = answer.error;
      return;
    }
    report = answer.value;
    inForce.replaceChildren(...inForceParts(report, app.mayEdit ? open : undefined));
    history.replaceChildren(historyTable(report, app.mayEdit ? open : undefined));
    certified.replaceChildren(certifiedTable(report.certified));
    editor.refresh(report);
  };
  const stops = [
    app.connection.system.on(({ policyVersion }) => {
      if (policyVersion !== report?.newest) void refresh();
    }),
    app.connection.greeted.on(() => void refresh()),
  ];
  void refresh();
  return {
    element: h(
      'section',
      { class: 'policy' },
      failure,
      panel(words.inForce, inForce),
      panel(words.editor, editor.element),
      panel(words.certifiedGains, certified, h('p', { class: 'legend' }, words.certifiedHelp)),
      panel(words.history, history),
    ),
    title: TEXT.views.policy,
    close: () => {
      isClosed = true;
      editor.close();
      for (const stop of stops) stop();
    },
  };
}

function inForceParts(
  { inForce, history, uncovered }: PoliciesReport,
  onEdit: ((entry: PolicyEntry) => void) | undefined,
): HTMLElement[] {
  const rows = inForce.flatMap(({ version, streams }) => {
    const entry = history.find((change) => change.version === version);
    if (entry?.policy == null) return [];
    const { scope, at, author, policy } = entry;
    const { rhythm, peaks, reconstruction } = policy.bounds;
    return [
      [
        ...[scope, String(version), String(rhythm), String(peaks)],
        reconstruction === null ? TEXT.compression.none : `${reconstruction} %`,
        TEXT.share(policy.auditShare),
        String(streams),
        h('span', {}, timeElement(at), ` ${words.setBy(author)}`),
        onEdit === undefined
          ? ''
          : button(
              words.edit,
              () => {
                onEdit(entry);
              },
              { 'aria-label': words.editOf(scope, version) },
            ),
      ],
    ];
  });
  return [
    table(words.inForceColumns, rows, words.none),
    ...(uncovered > 0 && rows.length > 0 ? [h('p', { class: 'legend' }, words.uncovered(uncovered))] : []),
  ];
}
