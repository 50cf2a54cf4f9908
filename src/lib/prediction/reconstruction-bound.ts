/**
 * The bound on PRDN: the edge decodes what it would send, so the bound holds exactly for every window. This needs no task
 * network and is checked before the tasks run.
 */
import { limitsFor, type CommonLimits } from '../codec/choose.js';
import type { RungCandidate, WindowCandidates } from '../codec/window-encoder.js';
import type { CandidateDecoder, DecodedCandidate } from './candidate-decoder.js';
import { CandidateSearch } from './candidate-search.js';

/** Candidates of one window whose rungs are of one kind, ordered from the largest gain on: PRDN falls along them. */
interface Family {
  readonly window: WindowCandidates;
  readonly kind: string;
  readonly members: readonly RungCandidate[];
  readonly search: CandidateSearch<RungCandidate>;
  /** Index of the first member known to keep the bound; the list's length if none is known to. */
  first: number;
}

export class ReconstructionBound {
  readonly #decoder: CandidateDecoder;
  readonly #common: CommonLimits;
  /** By stream and kind: the first rung that kept the bound in the last window; undefined if none did. */
  readonly #last = new Map<string, number | undefined>();

  /** @param common limits of the windows that have none of their own */
  constructor(decoder: CandidateDecoder, common: CommonLimits) {
    this.#decoder = decoder;
    this.#common = common;
  }

  /**
   * Whether a candidate keeps the window's bound on PRDN. A PRDN that is not finite keeps only Infinity, which means no bound.
   */
  keeps(window: WindowCandidates, { prdn }: Pick<DecodedCandidate, 'prdn'>): boolean {
    const bound = this.#boundOf(window);
    return bound === Infinity || prdn <= bound;
  }

  /**
   * Returns the windows without the candidates that are too coarse: in each kind of rung, those before the first that keeps the
   * bound. That first one has been decoded. Finer ones may break the bound if PRDN does not fall from rung to rung: check them
   * with `keeps`.
   */
  async narrow(windows: readonly WindowCandidates[]): Promise<readonly WindowCandidates[]> {
    const families = windows.map((window) => (this.#boundOf(window) === Infinity ? [] : this.#families(window)));
    for (let open = families.flat(); open.length > 0;) {
      open = open.filter(({ search }) => search.next !== undefined);
      const decoded = await this.#decoder.decode(open.map(({ window, search }) => [window, search.next!]));
      open.forEach((family, i) => {
        const keeps = this.keeps(family.window, decoded[i]!);
        if (keeps) family.first = family.members.indexOf(family.search.next!);
        family.search.tell(keeps);
      });
    }
    for (const { window, kind, members, first } of families.flat()) {
      this.#last.set(`${window.stream} ${kind}`, members[first]?.rung);
    }
    return windows.map((window, i) =>
      this.#boundOf(window) === Infinity
        ? window
        : { ...window, candidates: families[i]!.flatMap(({ members, first }) => members.slice(first)) },
    );
  }

  #boundOf(window: WindowCandidates): number {
    return limitsFor(window, this.#common).bounds.reconstruction;
  }

  #families(window: WindowCandidates): Family[] {
    const kinds = [...new Set(window.candidates.map(({ code }) => code.rung.kind))];
    return kinds.map((kind) => {
      const members = byGain(window.candidates.filter(({ code }) => code.rung.kind === kind));
      const key = `${window.stream} ${kind}`;
      const last = this.#last.get(key);
      const place = members.findIndex(({ rung }) => rung === last);
      // If no candidate of the last window kept the bound, the finest is asked first.
      const none = this.#last.has(key) && last === undefined ? members.length - 1 : undefined;
      const search = new CandidateSearch(members, place < 0 ? none : place);
      return { window, kind, members, search, first: members.length };
    });
  }
}

/** Sorts candidates from the largest gain on. */
export function byGain(candidates: readonly RungCandidate[]): RungCandidate[] {
  return [...candidates].sort((a, b) => b.gain - a.gain);
}
