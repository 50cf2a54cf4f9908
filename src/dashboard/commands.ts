/** Writes the pages' alarm commands to ecg.alarm-commands. */
import { randomUUID } from 'node:crypto';
import { DynamicDeepError } from '../lib/errors/index.js';
import { createEdgeProducer, type EdgeProducer, type KafkaConnection } from '../lib/kafka/index.js';
import { within } from '../lib/runtime/within.js';
import { encode, type AlarmCommand } from '../lib/wire/index.js';
import type { DashboardMetrics } from './metrics.js';
import type { CommandRequest, Viewer } from './protocol.js';
import type { Ward } from './ward.js';

const TOPIC = 'ecg.alarm-commands';
/** A person waits this long, wall ms. kafkajs tries for about 30 s, and a command on its way to the broker cannot be recalled. */
const LIMIT_MS = 10_000;
const NOT_CONFIRMED =
  'The broker has not taken the command yet: it may still take effect. Look at the alarm before you try again.';

export interface Commands {
  /**
   * Returns the id of the command. Throws DEVICE_UNKNOWN, ALARM_UNKNOWN, or COMMAND_FAILED if the broker has not confirmed
   * the command within 10 s: it may still be written.
   */
  send(request: CommandRequest, viewer: Viewer): Promise<string>;
  close(): Promise<void>;
}

export async function openCommands(
  connection: KafkaConnection,
  ward: Ward,
  metrics: DashboardMetrics,
): Promise<Commands> {
  const producer: EdgeProducer = await createEdgeProducer(connection);
  return {
    send: async ({ device, action, alarm, pauseMs }, viewer) => {
      const kind = action.toLowerCase() as Lowercase<typeof action>;
      const refuse = (code: 'DEVICE_UNKNOWN' | 'ALARM_UNKNOWN', text: string): DynamicDeepError => {
        metrics.dashboardCommands.inc({ kind, outcome: 'refused' });
        return new DynamicDeepError(code, text);
      };
      if (ward.bed(device) === undefined) throw refuse('DEVICE_UNKNOWN', 'No such bed sends anything.');
      if (alarm !== null && !ward.openAlarms(device).some(({ id }) => id === alarm)) {
        throw refuse('ALARM_UNKNOWN', 'That alarm is over, or was never one of this bed.');
      }
      const at = Date.now();
      const command: AlarmCommand = {
        id: randomUUID(),
        device,
        action,
        alarm,
        kind: null,
        pauseMs,
        author: viewer.id,
        at,
      };
      try {
        const sent = await within(
          producer.send({ topic: TOPIC, key: device, values: [encode(TOPIC, command)] }),
          LIMIT_MS,
        );
        if (sent === undefined) throw new Error(`no answer within ${LIMIT_MS} ms`);
      } catch (error) {
        metrics.dashboardCommands.inc({ kind, outcome: 'failed' });
        throw new DynamicDeepError('COMMAND_FAILED', NOT_CONFIRMED, { cause: error });
      }
      metrics.dashboardCommands.inc({ kind, outcome: 'written' });
      return command.id;
    },
    close: () => producer.close(),
  };
}
