/**
 * Distribution of the window features in training records: `reference.json` beside a codec's manifest. It is not part of the
 * model: a different reference changes neither what is sent nor any certificate.
 */
import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { DynamicDeepError, messageOf } from '../errors/index.js';
import { INPUT_FEATURES } from './input-features.js';

const binsSchema = z
  .strictObject({
    edges: z.array(z.number()).min(1),
    /** One more than `edges`. */
    shares: z.array(z.number().positive()),
  })
  .refine(({ edges, shares }) => shares.length === edges.length + 1, 'needs one share more than edges')
  .refine(({ edges }) => edges.every((edge, i) => i === 0 || edge > (edges[i - 1] ?? edge)), 'edges must ascend')
  .refine(({ shares }) => Math.abs(shares.reduce((a, b) => a + b, 0) - 1) < 1e-3, 'shares must add up to 1');

const referenceSchema = z.strictObject({
  /** SHA-256 of the encoder whose output was measured. */
  encoder: z.string(),
  /** The data that was measured. */
  data: z.string(),
  records: z.int().positive(),
  windows: z.int().positive(),
  features: z.strictObject(
    Object.fromEntries(INPUT_FEATURES.map((name) => [name, binsSchema])) as Record<
      (typeof INPUT_FEATURES)[number],
      typeof binsSchema
    >,
  ),
});
export type InputReference = z.infer<typeof referenceSchema>;

/** Returns undefined if there is no file. @throws DynamicDeepError MODEL_INVALID if the file is not a reference */
export async function readInputReference(path: string): Promise<InputReference | undefined> {
  let json: unknown;
  try {
    json = JSON.parse(await readFile(path, 'utf8'));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new DynamicDeepError('MODEL_INVALID', `${path} cannot be read: ${messageOf(error)}`, { cause: error });
  }
  const parsed = referenceSchema.safeParse(json);
  if (!parsed.success) throw new DynamicDeepError('MODEL_INVALID', `${path}: ${z.prettifyError(parsed.error)}`);
  return parsed.data;
}
