/** Fields for the values that are changed most; the rest of a policy is edited in its text. */
import { TEXT } from '../text.js';
import { h } from '../ui/dom.js';

const words = TEXT.policy;
const FIELDS = [
  { path: ['scope'], label: words.scope },
  { path: ['bounds', 'rhythm'], label: words.rhythm },
  { path: ['bounds', 'peaks'], label: words.peaks },
  { path: ['bounds', 'reconstruction'], label: words.reconstruction },
  { path: ['auditShare'], label: words.auditShare },
] as const;

export interface PolicyFields {
  readonly element: HTMLElement;
  /** Shows the values of a text. While the text is no JSON the fields are disabled, since typing in one would overwrite it. */
  show(text: string): void;
  focus(): void;
}

/** @param onText called with the text after a field has changed it */
export function policyFields(onText: (text: string) => void): PolicyFields {
  let document: Record<string, unknown> = {};
  const inputs = FIELDS.map(({ path, label }) => {
    const numeric = path[0] !== 'scope';
    const input = h('input', { type: 'text', autocomplete: 'off', ...(numeric ? { inputmode: 'decimal' } : {}) });
    input.addEventListener('input', () => {
      write(document, path, valueOf(input.value.trim(), numeric));
      onText(JSON.stringify(document, null, 2));
    });
    return { path, input, element: h('label', {}, h('span', {}, label), input) };
  });
  return {
    element: h('div', { class: 'fields' }, ...inputs.map(({ element }) => element)),
    show: (text) => {
      const parsed = objectOf(text);
      for (const { input } of inputs) input.disabled = parsed === undefined;
      if (parsed === undefined) return;
      document = parsed;
      for (const { path, input } of inputs) {
        const value = read(document, path);
        const shown = typeof value === 'string' || typeof value === 'number' ? String(value) : '';
        if (input !== globalThis.document.activeElement) input.value = shown;
      }
    },
    focus: () => {
      inputs[1]?.input.focus();
    },
  };
}

/** Scope in a text; '' if it has none. */
export function scopeOf(text: string): string {
  const scope = objectOf(text)?.['scope'];
  return typeof scope === 'string' ? scope : '';
}

/** Value of a field. Input that is not a number stays text, so that the server reports it. */
function valueOf(text: string, numeric: boolean): string | number | null {
  if (!numeric) return text;
  if (text === '') return null;
  const value = Number(text);
  return Number.isFinite(value) ? value : text;
}

function objectOf(text: string): Record<string, unknown> | undefined {
  try {
    const parsed: unknown = JSON.parse(text);
    return isObject(parsed) ? parsed : undefined;
  } catch {
    return undefined;
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function read(from: unknown, [name, ...rest]: readonly string[]): unknown {
  if (name === undefined) return from;
  return isObject(from) ? read(from[name], rest) : undefined;
}

function write(into: Record<string, unknown>, [name, ...rest]: readonly string[], value: unknown): void {
  if (name === undefined) return;
  if (rest.length === 0) {
    into[name] = value;
    return;
  }
  const next = isObject(into[name]) ? into[name] : {};
  into[name] = next;
  write(next, rest, value);
}
