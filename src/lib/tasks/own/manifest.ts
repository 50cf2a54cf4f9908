/** `task.json` of a task of one's own: its input, its outputs, and the error between two outputs (docs/own-tasks.md). */
import { z } from 'zod';
import { WINDOWS_PER_RECORD } from '../../signal/grid.js';

/** Names that bounds, parts and metrics use already. */
const TAKEN = ['rhythm', 'peaks', 'reconstruction', 'weighted-sum', 'codec', 'any', 'own'];
const fileName = z.string().regex(/^[\w-][\w.-]*$/, 'is no name of a file in the folder');
const seconds = z.number().positive().max(10);

const input = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('signal') }),
  z.strictObject({ kind: z.literal('beats'), beforeSeconds: seconds, afterSeconds: seconds }),
]);

const outputs = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('events') }),
  z.strictObject({ kind: z.literal('probabilities'), classes: z.array(z.string().min(1)).min(2).max(100) }),
  z.strictObject({ kind: z.literal('values') }),
]);

const error = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('one-minus-f1'), withinSeconds: z.number().min(0).max(1) }),
  z.strictObject({ kind: z.literal('added-cross-entropy') }),
  z.strictObject({ kind: z.literal('mean-absolute-difference') }),
]);

/** The only error for each kind of outputs. */
const ERROR_OF = {
  events: 'one-minus-f1',
  probabilities: 'added-cross-entropy',
  values: 'mean-absolute-difference',
} as const;

export const ownTaskManifest = z
  .strictObject({
    name: z
      .string()
      .regex(/^[a-z][a-z0-9-]{0,31}$/, 'is not up to 32 lower-case letters, digits and -, a letter first')
      .refine((name) => !TAKEN.includes(name), 'is the name of something that ships'),
    summary: z.string().min(1).max(200),
    kind: z.enum(['module', 'tfjs']),
    /** The module, or model.json. */
    file: fileName,
    /** Rate of the signals that the task sees, in Hz. */
    rate: z.number().min(50).max(500),
    /** Number of whole windows that the predictor shows it. */
    context: z.int().min(1).max(WINDOWS_PER_RECORD),
    /** The rows of a tfjs model. */
    input: input.optional(),
    outputs,
    error,
    /** A sensible bound for the error; a policy never uses it by default. */
    bound: z.number().positive(),
  })
  .superRefine((own, context) => {
    const refuse = (path: string, message: string): void => {
      context.addIssue({ code: 'custom', path: [path], message });
    };
    if (own.kind === 'module' && own.input !== undefined) refuse('input', 'belongs to kind tfjs');
    if (own.kind === 'tfjs' && own.input === undefined) refuse('input', 'is missing: signal or beats');
    if (own.kind === 'tfjs' && own.outputs.kind === 'events')
      refuse('outputs', 'of a tfjs model are probabilities or values');
    const fitting = ERROR_OF[own.outputs.kind];
    if (own.error.kind !== fitting) refuse('error', `of ${own.outputs.kind} is ${fitting}`);
  });

export type OwnTaskManifest = z.output<typeof ownTaskManifest>;
