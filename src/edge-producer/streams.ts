/** What a source hands on: streams with their leads, and the pieces that close. */
import type { HasteOpinion, HasteQuestion } from '../lib/signal/haste.js';
import type { CutPiece } from '../lib/signal/pieces.js';
import type { Lead } from '../lib/signal/types.js';

/** One lead of one device, without its samples. */
export interface EdgeStream {
  /** Opaque ids: gateway, bed number and lead number. */
  readonly stream: string;
  readonly device: string;
  readonly lead: Omit<Lead, 'samples'>;
}

/** A piece whose last sample is there. */
export interface ClosedPiece {
  readonly source: EdgeStream;
  /** Milliseconds UTC of the epoch's first sample, on the device's clock; the epoch's id. */
  readonly epoch: number;
  /** By which the segments of the epoch name it. */
  readonly channel: number;
  readonly sequence: number;
  readonly piece: CutPiece;
  /**
   * The stream ended as it should: its recording was played for the last time, or the gateway was told to end. False of a device
   * that fell silent, and where its lead goes on in another epoch: both leave what is open at the bed as it is.
   */
  readonly last: boolean;
  /** The device said during the piece that the electrode is off. */
  readonly deviceLeadOff: boolean;
  /** The first piece of an epoch that begins because the device's clock was set. */
  readonly clockStepped: boolean;
  /** Wall milliseconds at which the last sample was there. */
  readonly closedAt: number;
}

/** What a source is given to work with. */
export interface SourceTools {
  /** Epochs of a stream begin after this one, milliseconds UTC. */
  readonly afterEpoch: (stream: string) => number;
  /** Declares an epoch on ecg.streams before its first segment; resolves with its channel. */
  readonly beginEpoch: (source: EdgeStream, epoch: number) => Promise<number>;
  /** Takes a piece; resolves when there is room for the next. */
  readonly emit: (piece: ClosedPiece) => Promise<void>;
  /** Before a rhythm closes a window early; undefined where the edge runs no network that could tell. */
  readonly secondOpinion?: ((question: HasteQuestion, source: EdgeStream) => Promise<HasteOpinion>) | undefined;
  /** Aborted when the service is to end. */
  readonly signal: AbortSignal;
}

/** Where pieces come from: a replay or live devices. */
export interface EdgeInput {
  /** Streams that are open now. */
  streams(): number;
  /** How fast the device clock runs against the wall's. */
  readonly clockRate: number;
  /** Wall milliseconds that a second opinion may take; undefined where it is asked for ahead of its time. */
  readonly patienceMs: number | undefined;
  /** Resolves when every stream has ended, or was ended by `signal`. */
  run(tools: SourceTools): Promise<void>;
}
