import type { Consumer, EachBatchPayload } from 'kafkajs';

import { DynamicDeepError, messageOf } from '../errors/index.js';
import { consumerControl, groupConsumer } from './consumer-control.js';
import { fetchedBatch } from './fetched-batch.js';
import { watchLag } from './lag.js';
import { Membership } from './membership.js';
import type { GroupPartition } from './partition-types.js';
import type { GroupOptions, Processor, ProcessorState } from './processor.js';
import { Watchdog } from './watchdog.js';

/** Least silence after which a consumer counts as dead: well beyond the 15 s that a request without an answer takes to fail. */
const DEAD_MS = 60_000;
/** Longest wait for the chunks in hand when stopping. */
const STOP_MS = 20_000;

/**
 * Joins a consumer group, and handles rebalances, heartbeats, watchdog, lag and stopping. What happens to the records is up
 * to the partitions. Resolves when the consumer runs; assignments follow. Nothing is thrown later: a failure goes to
 * `onFailure`, once.
 */
export async function joinGroup(options: GroupOptions): Promise<Processor> {
  const member = new Member(options);
  await member.start();
  return member;
}

class Member implements Processor {
  state: ProcessorState = 'joining';
  private readonly options: GroupOptions;
  private readonly consumer: Consumer;
  private readonly partitions = new Map<number, GroupPartition>();
  private readonly watchdog: Watchdog;
  private readonly closing = new Set<Promise<void>>();
  private membership = new Membership();
  private ticker: NodeJS.Timeout | undefined;
  private stopLag: (() => void) | undefined;

  constructor(options: GroupOptions) {
    this.options = options;
    const { sessionTimeoutMs, hangMs } = options.limits;
    this.consumer = groupConsumer(options, () => this.assigned);
    this.watchdog = new Watchdog({
      busy: () => [...this.partitions.values()].flatMap(({ busySince }) => (busySince === null ? [] : [busySince])),
      hangMs,
      deadMs: Math.max(DEAD_MS, 3 * sessionTimeoutMs),
      fail: (error) => {
        this.fail(error);
      },
    });
  }

  get assigned(): number[] {
    return [...this.partitions.keys()].sort((a, b) => a - b);
  }

  get ready(): boolean {
    return this.state === 'running' && [...this.partitions.values()].every((partition) => partition.live);
  }

  async start(): Promise<void> {
    this.listen();
    await this.consumer.connect();
    // From the beginning: if the committed offset is no longer retained, the earliest retained record is next, never the latest.
    await this.consumer.subscribe({ topics: [...this.options.inputs], fromBeginning: true });
    this.watchdog.start();
    await this.consumer.run({
      autoCommit: false,
      eachBatchAutoResolve: false,
      partitionsConsumedConcurrently: this.options.limits.concurrency,
      eachBatch: (payload) => this.onBatch(payload),
    });
    const { connection, groupId, inputs, hooks, limits } = this.options;
    if (hooks?.onLag !== undefined) {
      this.stopLag = watchLag({
        connection,
        groupId,
        topics: inputs,
        assigned: () => this.assigned,
        report: hooks.onLag,
      });
    }
    if (limits.tickMs > 0) this.ticker = setInterval(() => void this.tick(), limits.tickMs);
  }

  async stop(): Promise<void> {
    if (this.state !== 'failed') this.state = 'stopped';
    clearInterval(this.ticker);
    this.stopLag?.();
    this.watchdog.stop();
    let timer: NodeJS.Timeout | undefined;
    const limit = new Promise<void>((resolve) => (timer = setTimeout(resolve, STOP_MS)));
    // Drains while still a member, so that the work in hand can be committed.
    await Promise.race([
      Promise.all([...this.partitions.values()].map(async (partition) => partition.drain?.())),
      limit,
    ]);
    await Promise.race([this.consumer.disconnect().catch(() => undefined), limit]);
    for (const index of this.assigned) this.revoke(index);
    await Promise.race([Promise.all(this.closing), limit]);
    clearTimeout(timer);
  }

  private listen(): void {
    const { consumer } = this;
    const { GROUP_JOIN, REBALANCING, CRASH, FETCH, HEARTBEAT, END_BATCH_PROCESS } = consumer.events;
    for (const name of [FETCH, HEARTBEAT, END_BATCH_PROCESS])
      consumer.on(name, () => {
        this.watchdog.sign();
      });
    consumer.on(GROUP_JOIN, ({ payload }) => {
      this.onAssignment(new Set(Object.values(payload.memberAssignment).flat()));
    });
    consumer.on(REBALANCING, () => {
      if (this.state === 'running') this.state = 'rebalancing';
    });
    consumer.on(END_BATCH_PROCESS, ({ payload }) => {
      const { topic, partition, batchSize, firstOffset, lastOffset } = payload;
      if (batchSize > 0) return;
      // kafkajs has moved past entries that hold no records for us; the position must follow.
      void this.partitions.get(partition)?.onSkipped(topic, Number(firstOffset), Number(lastOffset));
    });
    consumer.on(CRASH, ({ payload }) => {
      this.watchdog.sign();
      const { error, restart } = payload;
      const text = `The consumer crashed: ${messageOf(error)}`;
      if (!restart) this.fail(new DynamicDeepError('CONSUMER_FAILED', text, { cause: error }));
      else if (this.state === 'running') this.state = 'rebalancing';
    });
  }

  /** Synchronous: kafkajs fetches for the new assignment as soon as this returns. */
  private onAssignment(indices: ReadonlySet<number>): void {
    if (this.state === 'failed' || this.state === 'stopped') return;
    this.watchdog.sign();
    this.membership = new Membership();
    this.options.hooks?.onRebalance?.(indices.size);
    this.state = 'running';
    for (const index of this.assigned) if (!indices.has(index)) this.revoke(index);
    for (const index of indices) {
      let partition = this.partitions.get(index);
      if (partition === undefined) {
        partition = this.create(index);
        this.partitions.set(index, partition);
      }
      partition.assigned();
    }
  }

  private create(index: number): GroupPartition {
    const control = consumerControl(this.consumer, index, this.options.connection.logger, (error) => {
      this.fail(error);
    });
    return this.options.createPartition(index, control);
  }

  private revoke(index: number): void {
    const partition = this.partitions.get(index);
    if (partition === undefined) return;
    this.partitions.delete(index);
    const closed = partition.close().finally(() => this.closing.delete(closed));
    this.closing.add(closed);
  }

  private async onBatch(payload: EachBatchPayload): Promise<void> {
    const { membership } = this;
    const partition = this.partitions.get(payload.batch.partition);
    if (partition === undefined || this.state === 'failed') return;
    const work = fetchedBatch(payload, membership, () => this.state !== 'failed' && this.state !== 'stopped');
    await membership.during(
      () => payload.heartbeat(),
      Math.max(50, this.options.limits.heartbeatMs / 3),
      async () => {
        try {
          await partition.onBatch(work);
        } catch (error) {
          membership.rejoin(error instanceof Error ? error : new Error(String(error)));
        }
      },
    );
  }

  private async tick(): Promise<void> {
    if (this.state !== 'running') return;
    await Promise.all([...this.partitions.values()].map(async (partition) => partition.tick?.(Date.now())));
  }

  private fail(error: DynamicDeepError): void {
    if (this.state === 'failed' || this.state === 'stopped') return;
    this.state = 'failed';
    clearInterval(this.ticker);
    this.watchdog.stop();
    this.options.onFailure(error);
    // Leaves the group if that is still possible; with a hung task this never resolves.
    this.consumer.disconnect().catch(() => undefined);
  }
}
