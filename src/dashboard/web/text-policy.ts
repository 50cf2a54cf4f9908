/** English words of the policy view; part of text.ts. */
export const POLICY_TEXT = {
  inForce: 'In force',
  inForceColumns: ['Scope', 'Version', 'Rhythm bound', 'Peaks bound', 'PRDN bound', 'Audits', 'Streams', 'Set', ''],
  uncovered: (streams: number) =>
    streams === 1
      ? '1 stream is covered by no policy: it is sent losslessly.'
      : `${streams} streams are covered by no policy: they are sent losslessly.`,
  none: 'No policy is in force: every stream is sent losslessly.',
  setBy: (author: string) => `by ${author}`,
  edit: 'Edit',
  editOf: (scope: string, version: number) => `Edit version ${version} of ${scope}`,
  editor: 'Editor',
  onlyAdmin: 'The role admin may edit policies.',
  scope: 'Scope: default, ward:NAME or stream:ID',
  rhythm: 'Rhythm bound (nats)',
  peaks: 'Peaks bound',
  reconstruction: 'PRDN bound (%), empty: none',
  auditShare: 'Share of audits',
  whole: 'The whole policy',
  wholeHelp: 'JSON as dynamic-deep policy set takes it; the fields above change it.',
  mistakes: 'Mistakes',
  discard: 'The text was changed and is not in force. Replace it?',
  covers: (streams: number) => (streams === 1 ? 'It would cover 1 stream.' : `It would cover ${streams} streams.`),
  replaces: (version: number) =>
    version === 0 ? 'The scope has no policy yet.' : `It would replace version ${version} of the scope.`,
  certified: (alpha: number, tau: number, n: number, k: number) =>
    `Certified: at most ${(100 * alpha).toFixed(1)}% of records like the calibration records break it (tau ${tau}; ${k} of ${n} did).`,
  notCertified: (reason: string) => `Not certified: ${reason}. Its streams would be sent losslessly.`,
  preview: 'Preview',
  previewing: (seconds: number) => `Coding audited records anew, and asking the tasks: ${seconds} s`,
  previewFailed: (why: string) => `No preview: ${why}`,
  put: 'Put in force',
  puts: 'Putting it in force',
  done: (scope: string, version: number) => `Version ${version} of ${scope} is in force`,
  before: 'What it would have done',
  beforeColumns: [
    'Stream',
    'Records',
    'Gain as sent',
    'Gain',
    'Rhythm error (nats)',
    'Peaks error',
    'PRDN',
    'Above a bound',
    'Segments by rung',
  ],
  spread: (mean: string, largest: string) => `${mean} (${largest})`,
  above: (above: number, records: number, percent: number, interval: readonly [number, number]) =>
    `${above} of ${records} records would have been above a bound of this policy: ${percent.toFixed(1)} %, 95% interval ${(100 * interval[0]).toFixed(1)} \u2013 ${(100 * interval[1]).toFixed(1)} %.`,
  aboveParts: (rhythm: number, peaks: number) => `Above the rhythm bound ${rhythm}, above the peaks bound ${peaks}.`,
  all: 'All',
  measured: (records: number, from: string, to: string) =>
    `Measured: the ${records} newest audited records of these streams, audited from ${from} to ${to}, coded anew from their originals by the codec and the predictor of the edge. Gain is that of payloads; errors are the mean over records, the largest in brackets, by the functions that audits use.`,
  unmeasured: 'No audited record of these streams is kept: nothing can be coded anew. The table below is all there is.',
  gone: (records: number) =>
    records === 1
      ? 'The original of 1 audited record is not kept any more.'
      : `The originals of ${records} audited records are not kept any more.`,
  late: (records: number, wanted: number) => `${records} of ${wanted} records were coded in the time there is.`,
  without: (streams: number) =>
    streams === 1
      ? '1 covered stream has no audited record that is kept.'
      : `${streams} covered streams have no audited record that is kept.`,
  caveat:
    'Each record begins without what went before it; tasks of your own are not asked. Audits of live traffic have the last word.',
  certifiedGains: 'Gain by certified bound, calibration records',
  certifiedColumns: ['Rhythm bound', 'Peaks bound', 'PRDN bound', 'May break a bound', 'tau', 'Broken', 'Payload gain'],
  certifiedHelp: 'Of the records that calibration used, not of this ward (docs/certificates.md).',
  of: (k: number, n: number) => `${k} of ${n}`,
  history: 'History',
  historyColumns: ['Version', 'Scope', 'Set', 'By', 'Changes', ''],
  withdrawn: 'withdrawn',
  first: 'first of its scope',
  same: 'nothing changed',
  changed: (path: string, before: string, after: string) => `${path}: ${before} \u2192 ${after}`,
} as const;
