import { afterEach, describe, expect, it } from 'vitest';
import { DynamicDeepError } from '../../../src/lib/errors/index.js';
import { createRegistry } from '../../../src/lib/metrics/index.js';
import { InferenceWorker } from '../../../src/lib/model/inference-worker.js';
import { startHttp } from '../../../src/lib/runtime/http.js';
import { eventually } from '../../eventually.js';

type Echo = {
  double: (values: Float32Array) => Float32Array;
  slow: (ms: number) => Promise<number>;
  block: (until: Int32Array) => string;
  refuse: (input: null) => void;
  throw: (input: null) => void;
  exit: (input: null) => void;
  crash: (input: null) => void;
};

const open: InferenceWorker<Echo>[] = [];
afterEach(async () => {
  for (const worker of open.splice(0)) await worker.close();
});

function start(file = 'echo.worker.mjs') {
  const failures: Error[] = [];
  const worker = new InferenceWorker<Echo>(new URL(`./fixtures/${file}`, import.meta.url), null, (error) => {
    failures.push(error);
  });
  open.push(worker);
  return { worker, failures };
}

describe('an inference worker', () => {
  it('answers calls with typed arrays', async () => {
    const { worker } = start();
    expect(await worker.call('double', Float32Array.of(1, -2.5))).toEqual(Float32Array.of(2, -5));
  });

  it('gives every call its own answer, whatever order they end in', async () => {
    const { worker } = start();
    expect(await Promise.all([60, 1, 30, 2].map((ms) => worker.call('slow', ms)))).toEqual([60, 1, 30, 2]);
  });

  it('leaves the service free while it computes: health and metrics are answered', async () => {
    const { worker } = start();
    const until = new Int32Array(new SharedArrayBuffer(4));
    let isDone = false;
    const computing = worker.call('block', until).then((answer) => {
      isDone = true;
      return answer;
    });
    const address = await startHttp({
      service: 'tasks-stream',
      host: '127.0.0.1',
      port: 0,
      state: () => 'running',
      metrics: createRegistry(),
      liveness: () => ({}),
      readiness: () => ({}),
    });
    try {
      for (const path of ['/healthz', '/readyz', '/metrics'])
        expect((await fetch(address.url + path)).status).toBe(200);
      expect(isDone).toBe(false);
    } finally {
      Atomics.store(until, 0, 1);
      await address.close();
    }
    expect(await computing).toBe('blocked');
  });

  it('passes an expected failure on with its code, and lives on', async () => {
    const { worker, failures } = start();
    const refused = worker.call('refuse', null);
    await expect(refused).rejects.toBeInstanceOf(DynamicDeepError);
    await expect(refused).rejects.toMatchObject({ code: 'MODEL_INVALID', message: 'the weights are wrong' });
    const bug = worker.call('throw', null);
    await expect(bug).rejects.toThrow('a bug');
    await expect(bug).rejects.not.toBeInstanceOf(DynamicDeepError);
    expect(await worker.call('double', Float32Array.of(4))).toEqual(Float32Array.of(8));
    expect(failures).toEqual([]);
  });

  it.each(['exit', 'crash'] as const)(
    'that dies (%s) rejects every call, then and later, and says so once',
    async (how) => {
      const { worker, failures } = start();
      const waiting = worker.call('slow', 60_000);
      const killing = worker.call(how, null);
      await expect(waiting).rejects.toThrow();
      await expect(killing).rejects.toThrow();
      await expect(worker.call('double', Float32Array.of(1))).rejects.toThrow();
      await eventually(() => {
        expect(failures).toHaveLength(1);
      });
    },
  );

  it('that cannot start says so', async () => {
    const { worker, failures } = start('absent.worker.mjs');
    await expect(worker.call('double', Float32Array.of(1))).rejects.toThrow('absent.worker.mjs');
    expect(failures).toHaveLength(1);
  });

  it('that is closed rejects what waits and what comes, and that is no failure', async () => {
    const { worker, failures } = start();
    await worker.call('double', Float32Array.of(1));
    const waiting = worker.call('slow', 60_000);
    const settled = expect(waiting).rejects.toThrow('closed');
    await worker.close();
    await settled;
    await expect(worker.call('double', Float32Array.of(1))).rejects.toThrow('closed');
    await worker.close();
    expect(failures).toEqual([]);
  });
});
