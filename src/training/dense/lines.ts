/** Records that were measured, a line of JSON each: a run that finds the file goes on from it. */
import { appendFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { z } from 'zod';

export interface Lines<T> {
  readonly known: ReadonlyMap<string, T>;
  add(line: T): Promise<void>;
}

/** @param identity what the lines belong to; those of another identity are thrown away */
export async function openLines<T extends { readonly name: string }>(
  file: string,
  identity: string,
  schema: z.ZodType<T>,
): Promise<Lines<T>> {
  const lines = (await readFile(file, 'utf8').catch(() => '')).split('\n').filter((line) => line !== '');
  const known = new Map<string, T>();
  const head = JSON.stringify({ identity });
  if (lines[0] === head) {
    for (const line of lines.slice(1)) {
      // The last line may have been cut by a kill.
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
      known.set(line.name, line);
      await appendFile(file, `${JSON.stringify(line)}\n`);
    },
  };
}

function parsedOrNull(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return null;
  }
}
