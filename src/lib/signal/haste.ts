/** What is asked, and answered, before a window closes early for its rhythm. */

/** The newest signal of a lead, without a hole: 10.2 s where there are so many. */
export interface HasteQuestion {
  /** Native ADC values. */
  readonly samples: Int32Array;
  /** Native index in the epoch of samples[0]. */
  readonly first: number;
}

/** Of an extreme rate: nearly there, or all of it that its alarm takes. */
export type SeenRate = 'near' | 'shown' | undefined;

export interface HasteOpinion {
  /** No beat for 4.4 s. */
  readonly silent: boolean;
  readonly fast?: SeenRate;
  readonly slow?: SeenRate;
  /** False: nobody was asked, or nobody answered. */
  readonly asked?: false;
}

/** What a better detector sees than the lead's own watch. */
export type AskHaste = (question: HasteQuestion) => Promise<HasteOpinion>;

/** The answer where nobody could be asked: the window closes, as the watch would have it. */
export const UNASKED: HasteOpinion = { silent: true, asked: false };
