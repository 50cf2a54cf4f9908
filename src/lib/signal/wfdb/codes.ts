/** Mnemonics of the annotation types, by the code that MIT-format annotation files store. */
const BY_CODE: Readonly<Record<number, string>> = {
  1: 'N',
  2: 'L',
  3: 'R',
  4: 'a',
  5: 'V',
  6: 'F',
  7: 'J',
  8: 'A',
  9: 'S',
  10: 'E',
  11: 'j',
  12: '/',
  13: 'Q',
  14: '~',
  16: '|',
  18: 's',
  19: 'T',
  20: '*',
  21: 'D',
  22: '"',
  23: '=',
  24: 'p',
  25: 'B',
  26: '^',
  27: 't',
  28: '+',
  29: 'u',
  30: '?',
  31: '!',
  32: '[',
  33: ']',
  34: 'e',
  35: 'n',
  36: '@',
  37: 'x',
  38: 'f',
  39: '(',
  40: ')',
  41: 'r',
};

const BY_SYMBOL: ReadonlyMap<string, number> = new Map(Object.entries(BY_CODE).map(([code, s]) => [s, Number(code)]));

/** Types above 49 are the file format's own words. */
export const MAX_CODE = 49;
export const NOTE = 22;

/** Returns the mnemonic of a code; an unassigned code gives for example `[15]`, as WFDB prints it. */
export function symbolOf(code: number): string {
  return BY_CODE[code] ?? `[${code}]`;
}

/** Returns the code of a mnemonic, or undefined. */
export function codeOf(symbol: string): number | undefined {
  const known = BY_SYMBOL.get(symbol);
  if (known !== undefined) return known;
  const code = Number(/^\[(\d{1,2})\]$/.exec(symbol)?.[1] ?? NaN);
  return code >= 1 && code <= MAX_CODE ? code : undefined;
}
