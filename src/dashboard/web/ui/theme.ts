/** Colours for canvases, read from the style sheet, and the viewer's choice of dark or light. */
export interface Theme {
  readonly trace: string;
  readonly gridMinor: string;
  readonly gridMajor: string;
  readonly text: string;
  readonly muted: string;
  readonly line: string;
  readonly peak: string;
  readonly original: string;
  readonly onRibbon: string;
  readonly rhythms: Readonly<Record<'N' | 'A' | 'O' | 'NOISE', string>>;
  readonly high: string;
  readonly medium: string;
  readonly low: string;
}

export type Choice = 'auto' | 'dark' | 'light';
const STORED = 'dynamic-deep-theme';
const listeners = new Set<() => void>();
const prefersLight = matchMedia('(prefers-color-scheme: light)');
prefersLight.addEventListener('change', tell);

export const reducedMotion = matchMedia('(prefers-reduced-motion: reduce)');

export function themeChoice(): Choice {
  const stored = localStorage.getItem(STORED);
  return stored === 'dark' || stored === 'light' ? stored : 'auto';
}

export function chooseTheme(choice: Choice): void {
  localStorage.setItem(STORED, choice);
  applyTheme();
}

export function applyTheme(): void {
  const choice = themeChoice();
  if (choice === 'auto') document.documentElement.removeAttribute('data-theme');
  else document.documentElement.dataset['theme'] = choice;
  tell();
}

/** Paper is white: print in the light theme. */
addEventListener('beforeprint', () => {
  document.documentElement.dataset['theme'] = 'light';
  tell();
});
addEventListener('afterprint', applyTheme);

export function onTheme(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

let current: Theme | undefined;

export function theme(): Theme {
  current ??= read();
  return current;
}

function tell(): void {
  current = undefined;
  for (const listener of listeners) listener();
}

function read(): Theme {
  const style = getComputedStyle(document.documentElement);
  const of = (name: string): string => style.getPropertyValue(`--${name}`).trim();
  return {
    trace: of('trace'),
    gridMinor: of('grid-minor'),
    gridMajor: of('grid-major'),
    text: of('text'),
    muted: of('muted'),
    line: of('line'),
    peak: of('peak'),
    original: of('original'),
    onRibbon: of('on-ribbon'),
    rhythms: { N: of('rhythm-n'), A: of('rhythm-a'), O: of('rhythm-o'), NOISE: of('rhythm-noise') },
    high: of('high'),
    medium: of('medium'),
    low: of('low'),
  };
}
