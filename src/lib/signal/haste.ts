/** The question that is asked before a window closes early for its rhythm, and its answer. */

/** The newest signal of a lead without a hole: 10.2 s, or less if there is less. */
export interface HasteQuestion {
  /** Native ADC values. */
  readonly samples: Int32Array;
  /** Native index in the epoch of samples[0]. */
  readonly first: number;
}

/** How much of an extreme rate is seen: it is near its limit, or the whole condition of its alarm is met. */
export type SeenRate = 'near' | 'shown' | undefined;

export interface HasteOpinion {
  /** No beat for 4.4 s. */
  readonly silent: boolean;
  readonly fast?: SeenRate;
  readonly slow?: SeenRate;
  /** False if no detector was asked or none answered. */
  readonly asked?: false;
}

/** Asks a better detector than the lead's own watch what it sees. */
export type AskHaste = (question: HasteQuestion) => Promise<HasteOpinion>;

/** The answer if no detector could be asked: the window closes, as the watch decided. */
export const UNASKED: HasteOpinion = { silent: true, asked: false };
