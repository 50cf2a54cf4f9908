/** Splits a byte stream into lines of bounded length. */

/** Yields each line without its line feed, or undefined for a line that was too long and is skipped. */
export async function* boundedLines(
  chunks: AsyncIterable<Uint8Array>,
  mostBytes: number,
): AsyncGenerator<string | undefined, void> {
  let parts: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of chunks) {
    let from = 0;
    for (;;) {
      const end = chunk.indexOf(0x0a, from);
      const part = chunk.subarray(from, end < 0 ? undefined : end);
      length += part.length;
      if (length <= mostBytes) parts.push(part);
      else parts = [];
      if (end < 0) break;
      yield length <= mostBytes ? Buffer.concat(parts).toString('utf8') : undefined;
      parts = [];
      length = 0;
      from = end + 1;
    }
  }
}
