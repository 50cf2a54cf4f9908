/** Runs one preview at a time: a new one cancels the previous one, and so does a change of the text. */
import { previewPolicy } from '../policies.js';
import { TEXT } from '../text.js';
import { h, setText } from '../ui/dom.js';
import { previewParts } from './policy-preview.js';

const words = TEXT.policy;

export interface PreviewRunner {
  readonly element: HTMLElement;
  /** Runs a preview and shows its table, or why there is none. */
  run(text: string): Promise<void>;
  /** Cancels a running preview and clears what is shown. */
  readonly clear: () => void;
}

/** @param onBusy called at the beginning and the end of a preview */
export function previewRunner(onBusy: (isBusy: boolean) => void): PreviewRunner {
  // Screen readers read out the result, but not the count of seconds.
  const waiting = h('p', { class: 'legend', hidden: true });
  const found = h('div', { 'aria-live': 'polite' });
  let running: AbortController | undefined;
  let timer: ReturnType<typeof setInterval> | undefined;

  const end = (): void => {
    running?.abort();
    running = undefined;
    clearInterval(timer);
    waiting.hidden = true;
    onBusy(false);
  };
  const clear = (): void => {
    end();
    found.replaceChildren();
  };
  return {
    element: h('div', { class: 'preview' }, waiting, found),
    run: async (text) => {
      clear();
      const mine = new AbortController();
      running = mine;
      onBusy(true);
      const startedAt = performance.now();
      const count = (): void => {
        setText(waiting, words.previewing(Math.round((performance.now() - startedAt) / 1000)));
      };
      count();
      waiting.hidden = false;
      timer = setInterval(count, 1_000);
      const answer = await previewPolicy(text, mine.signal);
      if (running !== mine) return;
      end();
      found.replaceChildren(
        ...('value' in answer
          ? previewParts(answer.value)
          : [h('p', { class: 'failed' }, words.previewFailed(answer.error))]),
      );
    },
    clear,
  };
}
