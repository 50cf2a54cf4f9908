/** ECG strips as SVG: the original above the decoded signal on one grid, 25 mm/s and 10 mm/mV, two strips side by side. */

export interface Strip {
  readonly title: string;
  /** Windows at 300 Hz, millivolts. */
  readonly original: Float32Array;
  readonly decoded: Float32Array;
}

const [MM_PER_SECOND, MM_PER_MILLIVOLT, RATE] = [25, 10, 300];
/** Height of one trace, millimetres; anything beyond it is clipped. */
const TRACE = 24;
const [TITLE, GAP, COLUMNS] = [6, 6, 2];

export function stripPage(heading: string, strips: readonly Strip[]): string {
  const width = (strips[0]!.original.length / RATE) * MM_PER_SECOND;
  const height = TITLE + 2 * TRACE;
  const rows = Math.ceil(strips.length / COLUMNS);
  const [pageWidth, pageHeight] = [COLUMNS * (width + GAP) + GAP, rows * (height + GAP) + 2 * GAP + TITLE];
  const cells = strips.map((strip, i) => {
    const [x, y] = [GAP + (i % COLUMNS) * (width + GAP), 2 * GAP + TITLE + Math.floor(i / COLUMNS) * (height + GAP)];
    return `<g transform="translate(${x} ${y})">${cell(strip, width)}</g>`;
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${pageWidth}mm" height="${pageHeight}mm" viewBox="0 0 ${pageWidth} ${pageHeight}" font-family="sans-serif">`,
    grids(),
    `<rect width="${pageWidth}" height="${pageHeight}" fill="#fff"/>`,
    `<text x="${GAP}" y="${GAP + 3}" font-size="4.5">${escaped(heading)}</text>`,
    ...cells,
    '</svg>',
  ].join('\n');
}

/** Grid squares of 1 mm (40 ms, 0.1 mV) and of 5 mm (200 ms, 0.5 mV). */
function grids(): string {
  const pattern = (id: string, size: number, line: number, fill: string): string =>
    `<pattern id="${id}" width="${size}" height="${size}" patternUnits="userSpaceOnUse"><rect width="${size}" height="${size}" fill="${fill}"/><path d="M${size} 0H0V${size}" fill="none" stroke="#e8a0a0" stroke-width="${line}"/></pattern>`;
  return `<defs>${pattern('small', 1, 0.06, '#fffafa')}${pattern('large', 5, 0.18, 'url(#small)')}</defs>`;
}

function cell({ title, original, decoded }: Strip, width: number): string {
  const middle = median(original);
  return [
    `<text y="4" font-size="3.6">${escaped(title)}</text>`,
    `<g transform="translate(0 ${TITLE})"><rect width="${width}" height="${2 * TRACE}" fill="url(#large)"/>`,
    trace(original, middle, 0, '#000'),
    trace(decoded, middle, TRACE, '#003a9e'),
    '</g>',
  ].join('');
}

/** Draws a trace with `level` a little below the middle: beats point up more often than down. */
function trace(signal: Float32Array, level: number, top: number, colour: string): string {
  const zero = top + 0.6 * TRACE;
  const points = Array.from(signal, (v, i) => {
    const y = Math.min(top + TRACE, Math.max(top, zero - (v - level) * MM_PER_MILLIVOLT));
    return `${((i / RATE) * MM_PER_SECOND).toFixed(2)},${y.toFixed(2)}`;
  });
  return `<polyline points="${points.join(' ')}" fill="none" stroke="${colour}" stroke-width="0.28" stroke-linejoin="round"/>`;
}

function median(signal: Float32Array): number {
  return [...signal].sort((a, b) => a - b)[signal.length >> 1]!;
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
}
