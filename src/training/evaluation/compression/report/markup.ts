/** HTML or SVG elements as text. Children that are text are escaped; markup is inserted as it is. */
export interface Markup {
  readonly markup: string;
}
type Child = Markup | string | number | false | null;
type Attributes = Readonly<Record<string, string | number | undefined>>;

const VOID = new Set(['meta', 'br', 'line', 'circle', 'rect', 'path']);

export function tag(
  name: string,
  attributes: Attributes = {},
  ...children: readonly (Child | readonly Child[])[]
): Markup {
  const given = Object.entries(attributes).filter(([, value]) => value !== undefined);
  const text = given.map(([key, value]) => ` ${key}="${escape(String(value))}"`).join('');
  const inside = children.flat().map(render).join('');
  if (inside === '' && VOID.has(name)) return { markup: `<${name}${text}/>` };
  return { markup: `<${name}${text}>${inside}</${name}>` };
}

function render(child: Child): string {
  if (child === false || child === null) return '';
  return typeof child === 'object' ? child.markup : escape(String(child));
}

function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}

/** Formats a figure for reading; without `digits`, larger values get fewer decimals. Null becomes `–`. */
export function shown(value: number | null, digits?: number): string {
  if (value === null) return '–';
  return value.toFixed(digits ?? (Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : 2));
}

/** Formats a pixel coordinate, rounded to tenths. */
export function px(value: number): string {
  return String(Math.round(value * 10) / 10);
}
