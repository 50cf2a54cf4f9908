/** What stands beside the weights: how to build the networks, what they are, and how they were made. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { DynamicDeepError, messageOf } from '../errors/index.js';
import { sha256 } from './digest.js';

const networkFile = z.strictObject({
  file: z.string().regex(/^[\w.-]+$/),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  bytes: z.int().positive(),
  weights: z.array(z.strictObject({ shape: z.array(z.int().positive()), dtype: z.enum(['float16', 'float32']) })),
});
export type NetworkFile = z.infer<typeof networkFile>;

export const manifestSchema = z.strictObject({
  /** `rhythm`, `peaks` or `codec`: also the folder's name. */
  name: z.string(),
  version: z.int().positive(),
  /** Name and configuration of the builder. */
  architecture: z.strictObject({ kind: z.string(), config: z.record(z.string(), z.unknown()) }),
  networks: z.record(z.string(), networkFile),
  /** What only this model needs: temperature, quantiser steps, frequency tables, ladder. */
  parameters: z.record(z.string(), z.unknown()),
  /** Data identity, seed, schedule, machine, time and validation figures; read by people and the model card. */
  training: z.record(z.string(), z.unknown()),
});
export type Manifest = z.infer<typeof manifestSchema>;

export interface StoredManifest {
  readonly manifest: Manifest;
  /** SHA-256 of manifest.json. It covers the weights, whose hashes the manifest holds: the model's identity. */
  readonly hash: string;
}

export async function readManifest(folder: string): Promise<StoredManifest> {
  const path = join(folder, 'manifest.json');
  let bytes: Buffer;
  try {
    bytes = await readFile(path);
  } catch (error) {
    throw new DynamicDeepError('MODEL_INVALID', `${path} cannot be read: ${messageOf(error)}`, { cause: error });
  }
  let parsed: unknown;
  try {
    parsed = JSON.parse(bytes.toString('utf8'));
  } catch (error) {
    throw new DynamicDeepError('MODEL_INVALID', `${path} is not JSON: ${messageOf(error)}`, { cause: error });
  }
  const manifest = manifestSchema.safeParse(parsed);
  if (!manifest.success) {
    const issues = manifest.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`).join('; ');
    throw new DynamicDeepError('MODEL_INVALID', `${path}: ${issues}`);
  }
  return { manifest: manifest.data, hash: sha256(bytes) };
}

/** Returns the checked configuration of an architecture. Throws MODEL_INVALID for another kind or another shape. */
export function architectureConfig<S extends z.ZodType>(
  { architecture }: Manifest,
  kind: string,
  schema: S,
): z.output<S> {
  const parsed = schema.safeParse(architecture.config);
  if (architecture.kind !== kind || !parsed.success) {
    const why = parsed.success ? `it is '${architecture.kind}'` : z.prettifyError(parsed.error);
    throw new DynamicDeepError('MODEL_INVALID', `a manifest is not that of a '${kind}': ${why}`);
  }
  return parsed.data;
}
