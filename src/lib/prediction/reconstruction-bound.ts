/**
 * The bound on PRDN: the edge decodes what it would send, so that it holds for every window exactly. It needs no network
 * of the tasks, and is asked before they run.
 */
import { limitsFor, type CommonLimits } from '../codec/choose.js';
import type { RungCandidate, WindowCandidates } from '../codec/window-encoder.js';
import type { CandidateDecoder, DecodedCandidate } from './candidate-decoder.js';
import { CandidateSearch } from './candidate-search.js';

/** Candidates of one window whose rungs are of one kind, from the largest gain: PRDN falls along them. */
interface Family {
  readonly window: WindowCandidates;
  readonly kind: string;
  readonly members: readonly RungCandidate[];
  readonly search: CandidateSearch<RungCandidate>;
  /** Place of the first that keeps the bound, as far as is known. */
  first: number;
}

export class ReconstructionBound {
  readonly #decoder: CandidateDecoder;
  readonly #common: CommonLimits;
  /** By stream and kind: rung that was the first to keep the bound in the last window; undefined where none did. */
  readonly #last = new Map<string, number | undefined>();

  /** @param common of the windows that have no limits of their own */
  constructor(decoder: CandidateDecoder, common: CommonLimits) {
    this.#decoder = decoder;
    this.#common = common;
  }

  /** What is not finite keeps none, unless there is none to keep. */
  keeps(window: WindowCandidates, { prdn }: Pick<DecodedCandidate, 'prdn'>): boolean {
    const bound = this.#boundOf(window);
    return bound === Infinity || prdn <= bound;
  }

  /**
   * The windows, each without the candidates that are too coarse: of each kind of rung those before the first that keeps
   * the bound. That one was decoded; finer ones may break it where PRDN does not fall from rung to rung: ask `keeps`.
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
      // Where none of the last window kept it the finest is asked first.
      const none = this.#last.has(key) && last === undefined ? members.length - 1 : undefined;
      const search = new CandidateSearch(members, place < 0 ? none : place);
      return { window, kind, members, search, first: members.length };
    });
  }
}

/** From the largest gain. */
export function byGain(candidates: readonly RungCandidate[]): RungCandidate[] {
  return [...candidates].sort((a, b) => b.gain - a.gain);
}
