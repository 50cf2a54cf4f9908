/** Edits one policy as text, checked while it is typed; a few fields change the text, too. */
import type { PoliciesReport, PolicyCheck, PolicyEntry } from '../../policy/protocol.js';
import type { App } from '../app.js';
import { checkPolicy, putPolicy, textOf, type Answer } from '../policies.js';
import { TEXT } from '../text.js';
import { notify } from '../ui/announce.js';
import { button, h, setText } from '../ui/dom.js';
import { policyFields, scopeOf } from './policy-fields.js';
import { previewRunner } from './preview-runner.js';

const words = TEXT.policy;
/** After the last key. */
const CHECK_MS = 300;

export interface PolicyEditor {
  readonly element: HTMLElement;
  /** Shows a text in place of what is there. */
  open(text: string): void;
  /** Beginning with the first policy in force. */
  refresh(report: PoliciesReport): void;
  readonly close: () => void;
}

export interface PolicyEditorSettings {
  /** The newest change of a scope. */
  readonly current: (scope: string) => PolicyEntry | undefined;
  readonly onPut: () => void;
}

export function policyEditor(app: App, { current, onPut }: PolicyEditorSettings): PolicyEditor {
  const area = h('textarea', { rows: 14, spellcheck: 'false', 'aria-describedby': 'policy-mistakes' });
  const mistakes = h('ul', { class: 'mistakes', id: 'policy-mistakes' });
  const standing = h('p', { class: 'standing', role: 'status' });
  const closed = h('p', { class: 'empty' }, words.onlyAdmin);
  let timer: ReturnType<typeof setTimeout> | undefined;
  /** Version of the scope when its text was opened: what it would replace. */
  let opened = { scope: '', version: 0 };
  let checked = '';

  const fields = policyFields((text) => {
    area.value = text;
    changed();
  });
  const preview = previewRunner((isBusy) => {
    tryOut.setAttribute('aria-busy', String(isBusy));
  });
  const tryOut = button(words.preview, () => void preview.run(checked), { class: 'second' });
  const put = button(words.put, () => void putInForce());
  const form = h(
    'div',
    { class: 'policy-form' },
    fields.element,
    h('label', { class: 'whole' }, h('span', {}, words.whole), area),
    h('p', { class: 'legend' }, words.wholeHelp),
    h('div', { role: 'status', 'aria-label': words.mistakes }, mistakes),
    ...[standing, h('p', { class: 'bar' }, tryOut, put), preview.element],
  );

  const expected = (scope: string): number => (opened.scope === scope ? opened.version : (current(scope)?.version ?? 0)); // prettier-ignore
  const showCheck = (text: string, answer: Answer<PolicyCheck>): void => {
    if (text !== area.value) return;
    const found = 'value' in answer ? answer.value : { mistakes: [answer.error], standing: null, streams: 0 };
    checked = found.mistakes.length === 0 ? text : '';
    area.setAttribute('aria-invalid', String(checked === ''));
    mistakes.replaceChildren(...found.mistakes.map((mistake) => h('li', {}, mistake)));
    for (const action of [tryOut, put]) action.disabled = checked === '';
    const parts = [standingText(found.standing), words.covers(found.streams), words.replaces(expected(scopeOf(text)))];
    setText(standing, checked === '' ? '' : parts.join(' '));
  };
  const check = async (): Promise<void> => {
    const text = area.value;
    showCheck(text, await checkPolicy(text));
  };
  const changed = (): void => {
    clearTimeout(timer);
    preview.clear();
    for (const action of [tryOut, put]) action.disabled = true;
    timer = setTimeout(() => void check(), CHECK_MS);
  };
  area.addEventListener('input', () => {
    fields.show(area.value);
    changed();
  });

  const putInForce = async (): Promise<void> => {
    if (put.getAttribute('aria-busy') === 'true') return;
    put.setAttribute('aria-busy', 'true');
    notify(words.puts);
    const answer = await putPolicy({ text: checked, expected: expected(scopeOf(checked)) });
    put.setAttribute('aria-busy', 'false');
    if (!('value' in answer)) {
      mistakes.replaceChildren(h('li', {}, TEXT.notSent(answer.error)));
      return;
    }
    const { scope, version } = answer.value;
    opened = { scope, version };
    notify(words.done(scope, version));
    onPut();
    void check();
  };
  const open = (text: string): void => {
    const scope = scopeOf(text);
    opened = { scope, version: current(scope)?.version ?? 0 };
    area.value = text;
    fields.show(text);
    changed();
    fields.focus();
  };
  return {
    element: h('div', {}, closed, form),
    open,
    refresh: ({ inForce, history }) => {
      closed.hidden = app.mayEdit;
      form.hidden = !app.mayEdit;
      const first = history.find(({ version }) => version === inForce[0]?.version);
      if (!app.mayEdit || area.value !== '' || first === undefined) return;
      opened = first;
      area.value = textOf(first);
      fields.show(area.value);
      changed();
    },
    close: () => {
      clearTimeout(timer);
      preview.clear();
    },
  };
}

function standingText(standing: PolicyCheck['standing']): string {
  if (standing === null) return '';
  if (!standing.certified) return words.notCertified(standing.reason);
  const { alpha, tau, n, k } = standing;
  return words.certified(alpha, tau, n, k);
}
