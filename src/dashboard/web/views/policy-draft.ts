/** A policy text being edited, kept in this tab, so that leaving the view loses nothing. */
export interface PolicyDraft {
  readonly text: string;
  /** Text that was opened, with its scope and the version that the new text would replace. */
  readonly base: string;
  readonly scope: string;
  readonly version: number;
}

/** The part of `sessionStorage` that is used here. */
interface TabStorage {
  getItem(key: string): string | null;
  setItem(key: string, value: string): void;
  removeItem(key: string): void;
}

const KEY = 'dynamic-deep-policy-draft';

/** Stores a draft. A text that is unchanged since it was opened is none, and removes the stored one. */
export function keepDraft(storage: TabStorage, draft: PolicyDraft): void {
  if (draft.text === draft.base) storage.removeItem(KEY);
  else storage.setItem(KEY, JSON.stringify(draft));
}

/** Returns the stored draft; undefined if there is none. */
export function keptDraft(storage: TabStorage): PolicyDraft | undefined {
  const kept = storage.getItem(KEY);
  return kept === null ? undefined : (JSON.parse(kept) as PolicyDraft);
}
