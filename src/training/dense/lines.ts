/** Measured records, one line of JSON each: a run that finds the file resumes from it. */
import { appendFile, mkdir, readFile, truncate, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { z } from 'zod';
import { DynamicDeepError } from '../../lib/errors/index.js';

export interface Lines<T> {
  readonly known: ReadonlyMap<string, T>;
  /** @throws DynamicDeepError DATA_INVALID if the schema refuses it, e.g. an error that is not finite: JSON has no such number */
  add(line: T): Promise<void>;
}

/** @param identity what the lines belong to; a file of another identity is emptied */
export async function openLines<T extends { readonly name: string }>(
  file: string,
  identity: string,
  schema: z.ZodType<T>,
): Promise<Lines<T>> {
  const [first, ...lines] = await wholeLines(file);
  const known = new Map<string, T>();
  const head = JSON.stringify({ identity });
  if (first === head) {
    for (const line of lines) {
      const parsed = schema.safeParse(parsedOrNull(line));
      if (parsed.success) known.set(parsed.data.name, parsed.data);
    }
  } else {
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, `${head}\n`);
  }
  return {
    known,
    add: async (line) => {
      const [issue] = schema.safeParse(line).error?.issues ?? [];
      if (issue !== undefined) {
        throw new DynamicDeepError(
          'DATA_INVALID',
          `${line.name}, ${issue.path.join('.')}: ${issue.message}; ${file} cannot keep it`,
        );
      }
      known.set(line.name, line);
      await appendFile(file, `${JSON.stringify(line)}\n`);
    },
  };
}

/** Lines of a file; none if it does not exist. Removes from the file a last line that was cut when the process ended. */
export async function wholeLines(file: string): Promise<string[]> {
  const text = await readFile(file, 'utf8').catch(() => '');
  const whole = text.slice(0, text.lastIndexOf('\n') + 1);
  if (whole !== text) await truncate(file, Buffer.byteLength(whole));
  return whole.split('\n').filter((line) => line !== '');
}

function parsedOrNull(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return null;
  }
}
