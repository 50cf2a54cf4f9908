/** State of the services, from what they write and from the broker's groups. No I/O: groups.ts asks the broker. */
import type { InputRecord } from '../lib/kafka/index.js';
import type { DeadLetter, RhythmWindow, SignalWindow } from '../lib/wire/index.js';
import { Recent } from './recent.js';
import type { SystemReport } from './protocol.js';

export interface GroupView {
  readonly services: SystemReport['services'];
  readonly lag: SystemReport['lag'];
  readonly groupsAt: SystemReport['groupsAt'];
}

const STAGES = ['decoded', 'classified'] as const;

export class SystemState {
  readonly #gateways = new Map<string, { newestAt: number; readonly streams: Set<string> }>();
  readonly #counts = new Map<string, Recent>();
  readonly #latencies = new Map<string, Recent>(STAGES.map((stage) => [stage, new Recent()]));
  readonly #letters = new Map<string, { count: number; newestAt: number }>();
  groups: GroupView = { services: [], lag: [], groupsAt: null };
  policyVersion = 0;

  takeFrame({ topic, key, timestamp }: InputRecord, now: number): void {
    const gateway = key?.toString() ?? '';
    const known = this.#gateways.get(gateway) ?? { newestAt: 0, streams: new Set<string>() };
    known.newestAt = Math.max(known.newestAt, timestamp);
    this.#gateways.set(gateway, known);
    this.#count(topic, now);
  }

  takeSignal({ closedAt, decodedAt }: SignalWindow): void {
    this.#count('ecg.signals', decodedAt);
    this.#latencies.get('decoded')?.add(decodedAt, Math.max(0, decodedAt - closedAt));
  }

  takeRhythm({ closedAt, classifiedAt }: RhythmWindow): void {
    this.#count('ecg.rhythms', classifiedAt);
    this.#latencies.get('classified')?.add(classifiedAt, Math.max(0, classifiedAt - closedAt));
  }

  takeStream(gateway: string, stream: string): void {
    const known = this.#gateways.get(gateway) ?? { newestAt: 0, streams: new Set<string>() };
    known.streams.add(stream);
    this.#gateways.set(gateway, known);
  }

  takeDeadLetter({ reason, at }: DeadLetter): void {
    const { count, newestAt } = this.#letters.get(reason) ?? { count: 0, newestAt: 0 };
    this.#letters.set(reason, { count: count + 1, newestAt: Math.max(newestAt, at) });
  }

  /** `now`: wall milliseconds. */
  report(now: number, connections: number): SystemReport {
    return {
      type: 'system',
      ...this.groups,
      // A gateway without a frame is a former one: its declarations outlive it.
      gateways: [...this.#gateways]
        .filter(([, { newestAt }]) => newestAt > 0)
        .map(([gateway, { newestAt, streams }]) => ({ gateway, newestAt, streams: streams.size })),
      throughput: [...this.#counts].map(([topic, recent]) => ({ topic, perSecond: recent.perSecond(now) })),
      latency: [...this.#latencies].map(([stage, recent]) => ({
        stage,
        p50: recent.quantile(0.5, now),
        p99: recent.quantile(0.99, now),
      })),
      deadLetters: [...this.#letters].map(([reason, letter]) => ({ reason, ...letter })),
      connections,
      policyVersion: this.policyVersion,
    };
  }

  #count(topic: string, at: number): void {
    const recent = this.#counts.get(topic) ?? new Recent();
    recent.add(at, 1);
    this.#counts.set(topic, recent);
  }
}
