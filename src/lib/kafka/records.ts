import type { KafkaMessage } from 'kafkajs';

import { DynamicDeepError, messageOf } from '../errors/index.js';
import { encode, WireError } from '../wire/index.js';

/** A record that was read. */
export interface InputRecord {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  /** Milliseconds UTC, as the producer set it. */
  readonly timestamp: number;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
}

export function toInputRecord(topic: string, partition: number, message: KafkaMessage): InputRecord {
  const { key, value, offset, timestamp } = message;
  return { topic, partition, offset: Number(offset), timestamp: Number(timestamp), key, value };
}

/** A record to write. */
export interface OutputRecord {
  readonly topic: string;
  readonly key: Buffer | string | null;
  readonly value: Buffer | null;
  /** Default: by the hash of the key, as Java clients do. */
  readonly partition?: number;
  /** Milliseconds UTC. Default: now. */
  readonly timestamp?: number;
}

/**
 * Returns the dead letter of a record: its coordinates, its bytes and the reason. A task returns it among its outputs, so
 * that it is written in the transaction that moves past the record. `reason` is a stable code for counting; by default it
 * is the error's own (WireError's reason, else its code, else UNEXPECTED). `now` is wall milliseconds UTC.
 */
export function deadLetter(record: InputRecord, error: unknown, now: number, reason?: string): OutputRecord {
  const { topic, partition, offset, timestamp, key, value } = record;
  const code = error instanceof DynamicDeepError ? error.code : 'UNEXPECTED';
  const why = reason ?? (error instanceof WireError ? error.reason : code);
  const letter = { topic, partition, offset, timestamp, key, value, reason: why, message: messageOf(error), at: now };
  return { topic: 'ecg.deadletter', key, value: encode('ecg.deadletter', letter) };
}

/** Throws NOT_A_BUFFER for what kafkajs would turn into text ("1,2,3" for a Uint8Array). */
export function assertBytes(record: { readonly topic: string; readonly key: unknown; readonly value: unknown }): void {
  const { topic, key, value } = record;
  if (key !== null && typeof key !== 'string' && !Buffer.isBuffer(key)) {
    throw new DynamicDeepError('NOT_A_BUFFER', `The key of a record for ${topic} is ${describe(key)}.`);
  }
  if (value !== null && !Buffer.isBuffer(value)) {
    throw new DynamicDeepError('NOT_A_BUFFER', `The value of a record for ${topic} is ${describe(value)}.`);
  }
}

function describe(value: unknown): string {
  return typeof value === 'object' ? `a ${value?.constructor.name ?? 'null'}` : typeof value;
}
