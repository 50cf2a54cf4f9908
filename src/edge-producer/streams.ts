/** Interface between sources and pipeline: streams with their leads, and the pieces that close. */
import type { HasteOpinion, HasteQuestion } from '../lib/signal/haste.js';
import type { CutPiece } from '../lib/signal/pieces.js';
import type { Lead } from '../lib/signal/types.js';

/** One lead of one device, without its samples. */
export interface EdgeStream {
  /** Opaque ids: gateway and bed number, and for the stream the lead number. */
  readonly stream: string;
  readonly device: string;
  readonly lead: Omit<Lead, 'samples'>;
}

/** A piece whose last sample has arrived. */
export interface ClosedPiece {
  readonly source: EdgeStream;
  /** Milliseconds UTC of the epoch's first sample, on the device's clock; the epoch's id. */
  readonly epoch: number;
  /** Channel by which the segments of the epoch name it. */
  readonly channel: number;
  readonly sequence: number;
  readonly piece: CutPiece;
  /**
   * The stream ended as intended: its recording was played for the last time, or the gateway was told to end. False if the
   * device fell silent or its lead continues in another epoch: neither ends the bed's open alarms.
   */
  readonly last: boolean;
  /** The device reported during the piece that the electrode is off. */
  readonly deviceLeadOff: boolean;
  /** The first piece of an epoch that begins because the device's clock was set. */
  readonly clockStepped: boolean;
  /** Wall milliseconds at which the last sample had arrived. */
  readonly closedAt: number;
}

/** Tools that a source works with. */
export interface SourceTools {
  /** Returns the epoch, milliseconds UTC, after which the next one of the stream must begin. */
  readonly afterEpoch: (stream: string) => number;
  /** Declares an epoch on ecg.streams before its first segment; resolves with its channel. */
  readonly beginEpoch: (source: EdgeStream, epoch: number) => Promise<number>;
  /** Takes a piece; resolves when there is room for the next. */
  readonly emit: (piece: ClosedPiece) => Promise<void>;
  /** Asked before a rhythm closes a window early; undefined if the edge runs no network that could answer. */
  readonly secondOpinion?: ((question: HasteQuestion, source: EdgeStream) => Promise<HasteOpinion>) | undefined;
  /** Aborted when the service is to end. */
  readonly signal: AbortSignal;
}

/** Where pieces come from: a replay or live devices. */
export interface EdgeInput {
  /** Streams that are open now. */
  streams(): number;
  /** Speed of the device clock relative to the wall clock. */
  readonly clockRate: number;
  /** Wall milliseconds that a second opinion may take; undefined if it is asked for ahead of time, as a replay does. */
  readonly patienceMs: number | undefined;
  /** Resolves when every stream has ended, or was ended by `signal`. */
  run(tools: SourceTools): Promise<void>;
}
