/** Edits one policy as text, checked while it is typed; a few fields change the text, too. */
import type { PoliciesReport, PolicyCheck, PolicyEntry } from '../../policy/protocol.js';
import type { App } from '../app.js';
import { checkPolicy, previewPolicy, putPolicy, textOf, type Answer } from '../policies.js';
import { TEXT } from '../text.js';
import { notify } from '../ui/announce.js';
import { button, h, setText } from '../ui/dom.js';
import { policyFields, scopeOf } from './policy-fields.js';
import { previewParts } from './policy-tables.js';

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
  const preview = h('div', { class: 'preview', 'aria-live': 'polite' });
  const closed = h('p', { class: 'empty' }, words.onlyAdmin);
  let timer: ReturnType<typeof setTimeout> | undefined;
  /** Version of the scope when its text was opened: what it would replace. */
  let opened = { scope: '', version: 0 };
  let checked = '';

  const fields = policyFields((text) => {
    area.value = text;
    changed();
  });
  const tryOut = button(words.preview, () => void during(tryOut, showPreview), { class: 'second' });
  const put = button(words.put, () => void during(put, putInForce));
  const form = h(
    'div',
    { class: 'policy-form' },
    fields.element,
    h('label', { class: 'whole' }, h('span', {}, words.whole), area),
    h('p', { class: 'legend' }, words.wholeHelp),
    h('div', { role: 'status', 'aria-label': words.mistakes }, mistakes),
    ...[standing, h('p', { class: 'bar' }, tryOut, put), preview],
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
    preview.replaceChildren();
    for (const action of [tryOut, put]) action.disabled = true;
    timer = setTimeout(() => void check(), CHECK_MS);
  };
  area.addEventListener('input', () => {
    fields.show(area.value);
    changed();
  });

  const during = async (action: HTMLButtonElement, work: () => Promise<void>): Promise<void> => {
    if (action.getAttribute('aria-busy') === 'true') return;
    action.setAttribute('aria-busy', 'true');
    await work();
    action.removeAttribute('aria-busy');
  };
  const showPreview = async (): Promise<void> => {
    const text = checked;
    preview.replaceChildren(h('p', { class: 'legend' }, words.previewing));
    const answer = await previewPolicy(text);
    if (text !== area.value) return;
    preview.replaceChildren(
      ...('value' in answer ? previewParts(answer.value) : [h('p', { class: 'mistakes' }, TEXT.notSent(answer.error))]),
    );
  };
  const putInForce = async (): Promise<void> => {
    notify(words.puts);
    const answer = await putPolicy({ text: checked, expected: expected(scopeOf(checked)) });
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
    },
  };
}

function standingText(standing: PolicyCheck['standing']): string {
  if (standing === null) return '';
  if (!standing.certified) return words.notCertified(standing.reason);
  const { alpha, tau, n, k } = standing;
  return words.certified(alpha, tau, n, k);
}
