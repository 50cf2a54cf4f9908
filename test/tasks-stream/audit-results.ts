/** Audit results for tests. */
import type { AuditResult } from '../../src/lib/wire/index.js';

export function auditResultOf(over: Partial<AuditResult> = {}): AuditResult {
  return {
    stream: 'gateway-001.1',
    device: 'gateway-001',
    epoch: 1_700_000_000_000,
    record: 0,
    sequences: [0, 1, 2, 3, 4],
    rungs: new Array<string>(5).fill('transform-8'),
    outcome: 'COMPLETE',
    rhythmError: 0.01,
    rhythmErrorCausal: 0.01,
    peaksError: 0.001,
    prdn: 5,
    prdnWindow: 6,
    beatsMissed: 0,
    beatsInvented: 0,
    bounds: { rhythm: 0.25, peaks: 0.1, reconstruction: null, weightedSum: null, tasks: null },
    violated: false,
    predicted: null,
    taskErrors: null,
    nativeBytes: 17_920,
    payloadBytes: 500,
    policyVersion: 1,
    evaluatedAt: Date.now(),
    models: {},
    source: { topic: 'ecg.originals', partition: 0, offset: 0 },
    ...over,
  };
}
