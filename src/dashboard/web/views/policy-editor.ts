/** Edits one policy as text, which is checked while it is typed. A few fields change the text too. */
import type { PoliciesReport, PolicyCheck, PolicyEntry } from '../../policy/protocol.js';
import type { App } from '../app.js';
import { checkPolicy, putPolicy, textOf, type Answer } from '../policies.js';
import { TEXT } from '../text.js';
import { notify } from '../ui/announce.js';
import { button, h, setText } from '../ui/dom.js';
import { keepDraft, keptDraft, type PolicyDraft } from './policy-draft.js';
import { policyFields, scopeOf } from './policy-fields.js';
import { previewRunner } from './preview-runner.js';

const words = TEXT.policy;
/** Delay of the check after the last key, ms. */
const CHECK_MS = 300;

export interface PolicyEditor {
  readonly element: HTMLElement;
  /** Replaces the text; asks first if the present one was changed. */
  open(text: string): void;
  /** Takes a new report. An empty editor opens the kept draft, or else the first policy in force. */
  refresh(report: PoliciesReport): void;
  readonly close: () => void;
}

export interface PolicyEditorSettings {
  /** Returns the newest change of a scope. */
  readonly current: (scope: string) => PolicyEntry | undefined;
  readonly onPut: () => void;
}

export function policyEditor(app: App, { current, onPut }: PolicyEditorSettings): PolicyEditor {
  const area = h('textarea', { rows: 14, spellcheck: 'false', 'aria-describedby': 'policy-mistakes' });
  const mistakes = h('ul', { class: 'mistakes', id: 'policy-mistakes' });
  const standing = h('p', { class: 'standing', role: 'status' });
  const closed = h('p', { class: 'empty' }, words.onlyAdmin);
  let timer: ReturnType<typeof setTimeout> | undefined;
  /** Text, scope and version as they were opened; the version is the one to be replaced. */
  let opened: Omit<PolicyDraft, 'text'> = { scope: '', version: 0, base: '' };
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

  const expected = (scope: string): number =>
    opened.scope === scope ? opened.version : (current(scope)?.version ?? 0);
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
    keepDraft(sessionStorage, { ...opened, text: area.value });
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
    const text = checked;
    const answer = await putPolicy({ text, expected: expected(scopeOf(text)) });
    put.setAttribute('aria-busy', 'false');
    if (!('value' in answer)) {
      mistakes.replaceChildren(h('li', {}, (answer.isUnsure ? TEXT.notConfirmed : TEXT.notSent)(answer.error)));
      return;
    }
    const { scope, version } = answer.value;
    opened = { scope, version, base: text };
    keepDraft(sessionStorage, { ...opened, text: area.value });
    notify(words.done(scope, version));
    onPut();
    void check();
  };
  const show = (draft: PolicyDraft): void => {
    opened = draft;
    area.value = draft.text;
    fields.show(draft.text);
    changed();
  };
  const open = (text: string): void => {
    if (area.value !== opened.base && !confirm(words.discard)) return;
    const scope = scopeOf(text);
    show({ text, base: text, scope, version: current(scope)?.version ?? 0 });
    fields.focus();
  };
  return {
    element: h('div', {}, closed, form),
    open,
    refresh: ({ inForce, history }) => {
      closed.hidden = app.mayEdit;
      form.hidden = !app.mayEdit;
      const first = history.find(({ version }) => version === inForce[0]?.version);
      if (!app.mayEdit || area.value !== '' || opened.base !== '') return;
      const draft = keptDraft(sessionStorage);
      if (draft !== undefined) show(draft);
      else if (first !== undefined) show(draftOf(first));
    },
    close: () => {
      clearTimeout(timer);
      preview.clear();
    },
  };
}

/** Returns an unchanged draft of a policy. */
function draftOf(entry: PolicyEntry): PolicyDraft {
  const text = textOf(entry);
  return { text, base: text, scope: entry.scope, version: entry.version };
}

function standingText(standing: PolicyCheck['standing']): string {
  if (standing === null) return '';
  if (!standing.certified) return words.notCertified(standing.reason);
  const { alpha, tau, n, k } = standing;
  return words.certified(alpha, tau, n, k);
}
