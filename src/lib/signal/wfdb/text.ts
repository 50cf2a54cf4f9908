import { DynamicDeepError } from '../../errors/index.js';

/** Parses a finite decimal number; undefined if it is none. `Number` alone would take '', '0x1f' and 'Infinity'. */
export function decimal(text: string): number | undefined {
  if (!/^[-+]?(\d+(\.\d*)?|\.\d+)(e[-+]?\d+)?$/i.test(text)) return undefined;
  const value = Number(text);
  return Number.isFinite(value) ? value : undefined;
}

export function invalid(where: string, problem: string): DynamicDeepError {
  return new DynamicDeepError('RECORD_INVALID', `${where}: ${problem}`);
}

/** Splits off the first `count` fields of a line, separated by blanks or tabs; `rest` is the remaining text, trimmed. */
export function splitFields(line: string, count: number): { fields: string[]; rest: string } {
  const field = /\s*(\S+)/y;
  const fields: string[] = [];
  let end = 0;
  while (fields.length < count) {
    const match = field.exec(line);
    if (match?.[1] === undefined) break;
    fields.push(match[1]);
    end = field.lastIndex;
  }
  return { fields, rest: line.slice(end).trim() };
}
