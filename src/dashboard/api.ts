/** Routes of the page's own API. */
import type { FastifyInstance, FastifyReply } from 'fastify';
import { z } from 'zod';
import { Tickets } from './auth/tickets.js';
import { sessionOf, viewerOf, type ApiSettings, type RequireRole } from './api-settings.js';
import type { Resume } from './live-page.js';
import { addPolicyApi } from './policy/policy-api.js';
import type { CommandRequest } from './protocol.js';
import { addStripApi } from './strip-api.js';

const MOST_PAUSE_MS = 600_000;
/** Commands that one person may send in a minute. */
const COMMANDS_A_MINUTE = 120;

const commandSchema: z.ZodType<CommandRequest> = z.strictObject({
  device: z.string().min(1).max(200),
  action: z.enum(['ACKNOWLEDGE', 'PAUSE', 'RESUME']),
  alarm: z.string().max(400).nullable(),
  pauseMs: z.int().min(1_000).max(MOST_PAUSE_MS).nullable(),
});
const liveSchema = z.object({
  ticket: z.string().max(100),
  instance: z.string().max(100).optional(),
  after: z.coerce.number().int().nonnegative().optional(),
});

export function addApi(app: FastifyInstance, settings: ApiSettings, requireRole: RequireRole): void {
  const { live, commands, metrics, logger } = settings;
  const tickets = new Tickets();
  addStripApi(app, settings, requireRole);
  addPolicyApi(app, settings, requireRole);

  app.post('/api/ticket', { preHandler: requireRole('viewer') }, (request) => ({
    ticket: tickets.issue(sessionOf(request), Date.now()),
  }));

  app.get('/api/live', { websocket: true }, (socket, request) => {
    const query = liveSchema.safeParse(request.query);
    const session = query.success ? tickets.redeem(query.data.ticket, Date.now()) : undefined;
    if (!query.success || session === undefined) {
      metrics.dashboardRefusals.inc({ reason: 'ticket' });
      socket.close(1008, 'no valid ticket');
      return;
    }
    const { instance, after } = query.data;
    const resume: Resume | undefined = instance === undefined || after === undefined ? undefined : { instance, after };
    live.attach(socket, session, resume);
  });

  app.post(
    '/api/alarm-commands',
    {
      preHandler: requireRole('clinician'),
      config: { rateLimit: { max: COMMANDS_A_MINUTE, timeWindow: 60_000 } },
    },
    async (request, reply) => {
      const body = commandSchema.safeParse(request.body);
      if (!body.success) return refuse(reply, z.prettifyError(body.error));
      const viewer = viewerOf(request);
      const id = await commands.send(body.data, viewer);
      const { device, action } = body.data;
      logger.info({ person: viewer.id, device, action, command: id }, 'alarm command');
      return reply.code(202).send({ id });
    },
  );
}

function refuse(reply: FastifyReply, error: string): FastifyReply {
  return reply.code(400).send({ error });
}
