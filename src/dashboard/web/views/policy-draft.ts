/** What somebody is writing, kept in this tab: leaving the view loses nothing. */
export interface PolicyDraft {
  readonly text: string;
  /** Text that was opened, its scope and version: what is changed, and what it would replace. */
  readonly base: string;
  readonly scope: string;
  readonly version: number;
}

/** Of `sessionStorage`, what is used. */
interface TabStorage {
  getItem(key: string): string | null;
  setItem(key: string, value: string): void;
  removeItem(key: string): void;
}

const KEY = 'dynamic-deep-policy-draft';

/** A text as it was opened is no draft: it takes the one before away. */
export function keepDraft(storage: TabStorage, draft: PolicyDraft): void {
  if (draft.text === draft.base) storage.removeItem(KEY);
  else storage.setItem(KEY, JSON.stringify(draft));
}

/** Undefined where there is none. */
export function keptDraft(storage: TabStorage): PolicyDraft | undefined {
  const kept = storage.getItem(KEY);
  return kept === null ? undefined : (JSON.parse(kept) as PolicyDraft);
}
