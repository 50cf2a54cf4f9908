/** Reads what a byte on the wire costs the installation. */
import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { DynamicDeepError, messageOf } from '../lib/errors/index.js';
import type { Savings } from './protocol.js';

const priceSchema = z.strictObject({
  currency: z.string().min(1).max(8),
  /** Price of 10^9 bytes on the wire. */
  perGigabyte: z.number().nonnegative(),
});

export interface Price {
  /** What that many bytes would have cost. */
  saved(bytes: number): Savings;
}

/** Throws FILE_NOT_FOUND, or CONFIG_INVALID with the mistake in the file. */
export async function readPrice(file: string): Promise<Price> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    throw new DynamicDeepError('FILE_NOT_FOUND', `the price file ${file} cannot be read`, { cause: error });
  }
  try {
    const { currency, perGigabyte } = priceSchema.parse(JSON.parse(text));
    return { saved: (bytes) => ({ currency, amount: (bytes / 1e9) * perGigabyte }) };
  } catch (error) {
    const why = error instanceof z.ZodError ? z.prettifyError(error) : messageOf(error);
    throw new DynamicDeepError('CONFIG_INVALID', `the price file ${file}: ${why}`, { cause: error });
  }
}
