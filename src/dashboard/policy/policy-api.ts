/** Routes for policies: every viewer may read them, an admin may edit them. */
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { DynamicDeepError } from '../../lib/errors/index.js';
import { viewerOf, type ApiSettings, type RequireRole } from '../api-settings.js';
import type { PolicyText, PolicyToPut } from './protocol.js';

const MINUTE_MS = 60_000;
/** High, because a text is checked while it is typed. */
const CHECKS_A_MINUTE = 240;
const READS_A_MINUTE = 120;
/** Each takes half a minute of one core. */
const PREVIEWS_A_MINUTE = 6;
const CHANGES_A_MINUTE = 12;

const text = z.string().max(16_384);
const textSchema: z.ZodType<PolicyText> = z.strictObject({ text });
const changeSchema: z.ZodType<PolicyToPut> = z.strictObject({ text, expected: z.int().nonnegative() });

export function addPolicyApi(app: FastifyInstance, settings: ApiSettings, requireRole: RequireRole): void {
  const { policies, logger } = settings;
  const limited = (role: 'viewer' | 'admin', max: number) => ({
    preHandler: requireRole(role),
    config: { rateLimit: { max, timeWindow: MINUTE_MS } },
  });

  app.get('/api/policies', limited('viewer', READS_A_MINUTE), () => policies.report());

  app.post('/api/policies/check', limited('admin', CHECKS_A_MINUTE), ({ body }) =>
    policies.check(parsed(textSchema, body).text),
  );

  app.post('/api/policies/preview', limited('admin', PREVIEWS_A_MINUTE), async (request, reply) => {
    const started = performance.now();
    const gone = new AbortController();
    reply.raw.once('close', () => {
      gone.abort();
    });
    const preview = await policies.preview(parsed(textSchema, request.body).text, gone.signal);
    const seconds = (performance.now() - started) / 1000;
    logger.info({ person: viewerOf(request).id, records: preview.all.records, seconds }, 'policy tried out');
    return preview;
  });

  app.post('/api/policies', limited('admin', CHANGES_A_MINUTE), async (request, reply) => {
    const viewer = viewerOf(request);
    const entry = await policies.put(parsed(changeSchema, request.body), viewer);
    logger.info({ person: viewer.id, scope: entry.scope, version: entry.version }, 'policy set');
    return reply.code(201).send(entry);
  });
}

function parsed<T>(schema: z.ZodType<T>, body: unknown): T {
  const result = schema.safeParse(body);
  if (result.success) return result.data;
  throw new DynamicDeepError('REQUEST_INVALID', z.prettifyError(result.error));
}
