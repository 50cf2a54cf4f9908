/** The state of a bed that is kept across restarts: versioned JSON. */
import { z } from 'zod';
import { emptyState, engineStateSchema } from './alarms/engine.js';
import { ALARM_KINDS, type AlarmKind } from './alarms/kinds.js';

/** Older states have no heights, or others: beats are then judged as in a stream that begins. */
const shapeSchema = z
  .object({
    heights: z.array(z.number()),
    low: z.array(z.object({ at: z.number(), height: z.number(), sharpness: z.number() })),
  })
  .catch({ heights: [], low: [] });

const beatsSchema = z.record(
  z.string(),
  z.object({ epoch: z.number(), finalTo: z.number(), beats: z.array(z.number()), shape: shapeSchema }),
);

const bedStateSchema = z.object({ version: z.literal(2), beats: beatsSchema, alarms: engineStateSchema });
export type BedState = z.infer<typeof bedStateSchema>;

/** Version 1 had four kinds of alarms, and nothing more of an episode than this. */
const firstVersion = z.object({
  version: z.literal(1),
  beats: beatsSchema,
  alarms: z.object({
    active: z.partialRecord(z.enum(ALARM_KINDS), z.object({ id: z.string(), onsetAt: z.number() })),
  }),
});

/** Reads a state of this or the first version; undefined if it is neither, and `onDropped` is then called with the reason. */
export function readBedState(state: unknown, onDropped?: (reason: string) => void): BedState | undefined {
  const first = firstVersion.safeParse(state);
  if (first.success) return migrate(first.data);
  const parsed = bedStateSchema.safeParse(state);
  if (parsed.success) return parsed.data;
  onDropped?.(z.prettifyError(parsed.error));
  return undefined;
}

/** Open episodes go on; the state of the leads comes back with their next segments. */
function migrate({ beats, alarms }: z.infer<typeof firstVersion>): BedState {
  const state = emptyState();
  for (const [kind, { id, onsetAt }] of Object.entries(alarms.active)) {
    state.episodes.open[kind as AlarmKind] = {
      id,
      onsetAt,
      at: onsetAt,
      raisedAt: onsetAt,
      streams: [],
      held: false,
      latched: false,
      acknowledgedBy: null,
      acknowledgedAt: null,
      pausedUntil: null,
    };
    state.episodes.onsets[kind as AlarmKind] = { newest: onsetAt, repeats: 0 };
  }
  return { version: 2, beats, alarms: state };
}
