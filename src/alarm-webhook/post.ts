/** Makes one attempt to post to the receiver. */
import { readToken } from './token.js';
import { messageOf } from '../lib/errors/index.js';

export type PostResult =
  | { readonly outcome: 'acknowledged' }
  /** An answer other than 2xx; `retryAfterMs` is set if the receiver names a time. */
  | { readonly outcome: 'refused'; readonly status: number; readonly retryAfterMs: number | undefined }
  /** No answer: a failure of the connection, name resolution or TLS, or a timeout. */
  | { readonly outcome: 'failed'; readonly detail: string };

export interface PostSettings {
  readonly url: string;
  /** File of the bearer token; if undefined, none is sent. */
  readonly tokenFile: string | undefined;
  /** Wall milliseconds for connection, request and the head of the answer. */
  readonly timeoutMs: number;
}

export type Post = (body: string, abort: AbortSignal) => Promise<PostResult>;

/** Posts JSON. Never throws: a failure is part of the result, which reveals nothing of address or token. */
export function createPost({ url, tokenFile, timeoutMs }: PostSettings): Post {
  return async (body, abort) => {
    const limit = new AbortController();
    const stop = (): void => {
      limit.abort(new Error('broken off'));
    };
    abort.addEventListener('abort', stop, { once: true });
    const timer = setTimeout(() => {
      limit.abort(new Error(`no answer within ${timeoutMs} ms`));
    }, timeoutMs);
    try {
      if (abort.aborted) stop();
      // Read for every post, because tokens are replaced while services run.
      const token = tokenFile === undefined ? undefined : await readToken(tokenFile);
      const response = await fetch(url, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          'user-agent': 'dynamic-deep',
          ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        },
        body,
        // A followed redirect would turn the post into a GET, whose 200 acknowledges nothing.
        redirect: 'manual',
        signal: limit.signal,
      });
      await response.body?.cancel();
      if (response.ok) return { outcome: 'acknowledged' };
      return { outcome: 'refused', status: response.status, retryAfterMs: retryAfter(response) };
    } catch (error) {
      return { outcome: 'failed', detail: reasonOf(error) };
    } finally {
      clearTimeout(timer);
      abort.removeEventListener('abort', stop);
    }
  };
}

/** fetch throws a bare "fetch failed"; the reason is in its cause. */
function reasonOf(error: unknown): string {
  const cause = error instanceof TypeError && error.cause !== undefined ? error.cause : error;
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
  return typeof code === 'string' ? code : messageOf(cause);
}

/** Returns Retry-After in milliseconds. Reads only the form in seconds, which needs no clock. */
function retryAfter(response: Response): number | undefined {
  const seconds = /^\d{1,6}$/.exec(response.headers.get('retry-after') ?? '')?.[0];
  return seconds === undefined ? undefined : Number(seconds) * 1000;
}
