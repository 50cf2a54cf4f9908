/** Edits (insert, delete, replace) that turn `a` into `b`. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}

/** Returns the candidate that was probably meant: the nearest one with at most a third of `given` wrong, else undefined. */
function nearest(given: string, candidates: Iterable<string>): string | undefined {
  let best: string | undefined;
  let fewest = Math.max(1, Math.floor(given.length / 3)) + 1;
  for (const candidate of candidates) {
    const edits = distance(given, candidate);
    if (edits < fewest) [best, fewest] = [candidate, edits];
  }
  return best;
}

/** Returns `; did you mean X?` or ''. Compares what follows `prefix`: what all names share says nothing about distance. */
export function suggestion(given: string, candidates: Iterable<string>, prefix: string): string {
  const bare = [...candidates].filter((each) => each.startsWith(prefix)).map((each) => each.slice(prefix.length));
  const meant = nearest(given.slice(prefix.length), bare);
  return meant === undefined ? '' : `; did you mean ${prefix}${meant}?`;
}
