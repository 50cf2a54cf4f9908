/**
 * Inference blocks its thread: TensorFlow's binding is synchronous. A service therefore runs it in one worker thread,
 * so that heartbeats, health checks and drains go on. Calls are answered in order.
 */
import { parentPort, SHARE_ENV, Worker } from 'node:worker_threads';
import { DynamicDeepError, messageOf, type ErrorCode } from '../errors/index.js';

/** Operations by name. The worker's file declares them; the caller's type says what they take and return. */
export type Operations = Record<string, (input: never) => unknown>;

interface Call {
  readonly id: number;
  readonly operation: string;
  readonly input: unknown;
}

type Answer =
  | { readonly id: number; readonly output: unknown }
  | { readonly id: number; readonly error: string; readonly code: ErrorCode | null };

export class InferenceWorker<O extends Operations> {
  readonly #worker: Worker;
  readonly #pending = new Map<number, { resolve: (output: unknown) => void; reject: (error: Error) => void }>();
  #next = 0;
  #failure: Error | undefined;

  /**
   * Starts the worker file at `url`; it sees `data` as `workerData`. `onFailure` is called if the worker ends without `close`.
   */
  constructor(url: URL, data: unknown, onFailure: (error: Error) => void) {
    // TensorFlow reads the process's environment: what tf.ts sets in a thread's own copy would never reach it.
    this.#worker = new Worker(url, { workerData: data, env: SHARE_ENV });
    this.#worker.on('message', (answer: Answer) => {
      const pending = this.#pending.get(answer.id);
      this.#pending.delete(answer.id);
      if ('output' in answer) pending?.resolve(answer.output);
      else
        pending?.reject(
          answer.code === null ? new Error(answer.error) : new DynamicDeepError(answer.code, answer.error),
        );
    });
    const fail = (cause: Error): void => {
      if (this.#failure !== undefined) return;
      const error = new DynamicDeepError('WORKER_FAILED', `the inference worker failed: ${cause.message}`, { cause });
      this.#failure = error;
      this.#rejectPending(error);
      onFailure(error);
    };
    this.#worker.on('error', fail);
    this.#worker.on('exit', (code) => {
      fail(new Error(`it ended with code ${code}`));
    });
  }

  call<K extends keyof O & string>(operation: K, input: Parameters<O[K]>[0]): Promise<Awaited<ReturnType<O[K]>>> {
    if (this.#failure !== undefined) return Promise.reject(this.#failure);
    const id = this.#next++;
    return new Promise((resolve, reject) => {
      this.#pending.set(id, { resolve: resolve as (output: unknown) => void, reject });
      this.#worker.postMessage({ id, operation, input } satisfies Call);
    });
  }

  /** Ends the thread; pending calls are rejected. */
  async close(): Promise<void> {
    this.#failure ??= new DynamicDeepError('WORKER_FAILED', 'the inference worker is closed');
    this.#rejectPending(this.#failure);
    await this.#worker.terminate();
  }

  #rejectPending(error: Error): void {
    for (const { reject } of this.#pending.values()) reject(error);
    this.#pending.clear();
  }
}

/** Answers calls of `operations`; to be called in the worker's file. */
export function serveInference(operations: Operations): void {
  const port = parentPort;
  if (port === null) throw new Error('serveInference runs in a worker thread only');
  const answer = async ({ id, operation, input }: Call): Promise<Answer> => {
    try {
      const run = operations[operation];
      if (run === undefined) throw new Error(`no operation '${operation}'`);
      return { id, output: await run(input as never) };
    } catch (error) {
      return { id, error: messageOf(error), code: error instanceof DynamicDeepError ? error.code : null };
    }
  };
  port.on('message', (call: Call) => {
    void answer(call).then((result) => {
      port.postMessage(result);
    });
  });
}
