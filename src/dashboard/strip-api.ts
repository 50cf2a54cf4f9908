/** Routes for a stretch of time of one lead: waveform, results, WFDB files. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { DynamicDeepError } from '../lib/errors/index.js';
import { viewerOf, type ApiSettings, type RequireRole } from './api-settings.js';
import { exportWfdb, MOST_SECONDS } from './export-wfdb.js';
import type { Stretch } from './strips.js';
import type { Bed } from './ward.js';
import { windowFrame } from './window-frame.js';

/** Limited, because each request reads topics. */
const READS_A_MINUTE = 60;
/** Status for a client that has gone away, as other servers use it. */
const CLOSED_REQUEST = 499;

const querySchema = z
  .object({
    stream: z.string().max(200),
    from: z.coerce.number().nonnegative(),
    to: z.coerce.number().nonnegative(),
    topic: z.enum(['ecg.signals', 'ecg.originals']).default('ecg.signals'),
  })
  .refine(({ from, to }) => to > from && to - from <= MOST_SECONDS * 1000, `a stretch of at most ${MOST_SECONDS} s`);
const pathSchema = z.object({ device: z.string().max(200) });

interface Asked {
  readonly bed: Bed;
  readonly stretch: Stretch;
  readonly topic: 'ecg.signals' | 'ecg.originals';
}

export function addStripApi(app: FastifyInstance, settings: ApiSettings, requireRole: RequireRole): void {
  const { ward, strips, logger } = settings;
  const config = { rateLimit: { max: READS_A_MINUTE, timeWindow: 60_000 } };

  const asked = (request: FastifyRequest): Asked => {
    const path = pathSchema.safeParse(request.params);
    const query = querySchema.safeParse(request.query);
    if (!path.success || !query.success)
      throw new DynamicDeepError('REQUEST_INVALID', query.error?.message ?? 'no bed');
    const bed = ward.bed(path.data.device);
    const { stream, from, to, topic } = query.data;
    if (bed?.streams.has(stream) !== true) throw new DynamicDeepError('DEVICE_UNKNOWN', 'No such bed or lead.');
    return { bed, stretch: { stream, from, to }, topic };
  };

  app.get('/api/beds/:device/waveform', { preHandler: requireRole('viewer'), config }, async (request, reply) => {
    if (strips.isBusy) return tooMany(reply);
    const { bed, stretch, topic } = asked(request);
    const windows = await strips.windows(bed, stretch, topic, whileOpen(reply));
    const parts = windows.flatMap((window) => {
      const frame = windowFrame(window);
      const length = Buffer.alloc(4);
      length.writeUInt32LE(frame.length);
      return [length, frame];
    });
    return reply.type('application/octet-stream').send(Buffer.concat(parts));
  });

  app.get('/api/beds/:device/results', { preHandler: requireRole('viewer'), config }, async (request, reply) => {
    if (strips.isBusy) return tooMany(reply);
    const { bed, stretch } = asked(request);
    return { events: await strips.results(bed, stretch, whileOpen(reply)) };
  });

  app.get('/api/beds/:device/wfdb/:file', { preHandler: requireRole('clinician'), config }, async (request, reply) => {
    if (strips.isBusy) return tooMany(reply);
    const { file } = request.params as { file: string };
    const { bed, stretch, topic } = asked(request);
    const name = /^([A-Za-z0-9_-]{1,80})\.(hea|dat)$/.exec(file);
    if (name?.[1] === undefined) throw new DynamicDeepError('REQUEST_INVALID', 'no name of a WFDB file');
    const windows = await strips.windows(bed, stretch, topic, whileOpen(reply));
    const files = await exportWfdb(
      name[1],
      windows,
      stretch,
      bed.streams.get(stretch.stream)?.info.calibrated ?? false,
    );
    if (files === undefined) return notKept(reply);
    logger.info(
      { person: viewerOf(request).id, device: bed.device, from: stretch.from, to: stretch.to },
      'strip exported',
    );
    const bytes = name[2] === 'hea' ? files.header : files.samples;
    return reply
      .type('application/octet-stream')
      .header('content-disposition', `attachment; filename="${file}"`)
      .send(bytes);
  });
}

/** Returns a signal that aborts when the client has gone away. */
function whileOpen(reply: FastifyReply): AbortSignal {
  const gone = new AbortController();
  reply.raw.once('close', () => {
    gone.abort(Object.assign(new Error('nobody waits for the strip any more'), { statusCode: CLOSED_REQUEST }));
  });
  return gone.signal;
}

function tooMany(reply: FastifyReply): FastifyReply {
  return reply.code(503).send({ error: 'too many strips are being read: try again in a moment' });
}

function notKept(reply: FastifyReply): FastifyReply {
  return reply.code(404).send({ error: 'the topics hold nothing of this stretch' });
}
