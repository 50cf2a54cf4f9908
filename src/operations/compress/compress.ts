/** `dynamic-deep compress`: compresses recordings to one file, with the edge's rungs and its choice among them. */
import { join, resolve } from 'node:path';
import { certifiedBy } from '../../lib/certification/certificate.js';
import { CompressedFileWriter } from '../../lib/compressed-file/index.js';
import { DynamicDeepError } from '../../lib/errors/index.js';
import { openCodec, type OfflineCodec } from '../../lib/offline/codec.js';
import type { CommandContext } from '../../lib/runtime/command.js';
import { checkJsonFile, replaceableFile, writeJsonFile } from '../../lib/runtime/output-file.js';
import { SHIPPED_MODELS } from '../../lib/runtime/paths.js';
import { MISSING } from '../../lib/signal/types.js';
import type { CompressConfig } from '../options.js';
import { checkNoSource } from '../source-files.js';
import { losslessCoder, openChooser, type Chooser } from './chooser.js';
import { encodeRecord } from './encode-record.js';
import { showProgress } from './progress.js';
import { readSource, recordNames, type SourceRecord } from './source.js';
import { ratio, summaryText, Tally, type LeadFigures, type Summary } from './summary.js';
import { verify } from './verify.js';

interface Job {
  readonly config: CompressConfig;
  /** Path that the file is written to: `config.output`, or what it links to. */
  readonly output: string;
  readonly context: Pick<CommandContext, 'stderr'>;
  readonly names: readonly string[];
  readonly codec: OfflineCodec;
  readonly chooser: Chooser;
  readonly models: string;
  readonly source: (record: number) => Promise<SourceRecord>;
}

/**
 * Writes the file, and the summary to stdout and, with --json, as JSON. The file appears under its name only when it is complete
 * and, with --verify, has been decoded and compared with the records.
 *
 * @throws DynamicDeepError CONFIG_INVALID for an unknown rung, names that clash or outputs that cannot be written;
 * MODEL_INVALID; the reader's errors; RECORD_UNSUPPORTED for leads beyond 16 bits
 */
export async function compress(config: CompressConfig, { stdout, stderr }: CommandContext): Promise<void> {
  const names = recordNames(config.records);
  const output = await checkOutputs(config);
  const models = config.models ?? SHIPPED_MODELS;
  const codec = await openCodec(join(models, 'codec'));
  const chooser = await openChooser(config, models, codec, (task, reason) => {
    stderr.write(`compress: the task ${task} failed, and what it was asked about is not taken: ${reason}\n`);
  });
  const { standing } = chooser;
  if (standing !== undefined && standing.certificate === undefined) {
    stderr.write(
      `compress: ${standing.reason}: everything goes losslessly. ${standing.command} certifies the bounds\n`,
    );
  }
  if (config.json !== undefined) await checkJsonFile(config.json);
  const source = (record: number): Promise<SourceRecord> =>
    readSource(config.records[record] ?? '', names[record] ?? '', config);
  const summary = await writeFileOf({ config, output, context: { stderr }, names, codec, chooser, models, source });
  stdout.write(`${summaryText(summary)}\n`);
  if (config.json !== undefined) await writeJsonFile(config.json, summary);
}

/**
 * Returns the path that the file is written to.
 *
 * @throws DynamicDeepError CONFIG_INVALID if an output would destroy a file of a record, or the other output
 */
async function checkOutputs({ output, json, records }: CompressConfig): Promise<string> {
  const target = await replaceableFile('-o', output);
  await checkNoSource('-o', target, records);
  if (json === undefined) return target;
  if (resolve(json) === resolve(output)) {
    throw new DynamicDeepError('CONFIG_INVALID', `-o and --json are both ${output}: name a file for each`);
  }
  await checkNoSource('--json', json, records);
  return target;
}

async function writeFileOf(job: Job): Promise<Summary> {
  const { config, names, codec, chooser } = job;
  const writer = await CompressedFileWriter.open(job.output);
  try {
    const tally = new Tally(codec.ladder.rungs.map(({ name }) => name));
    const started = performance.now();
    const leads = await encodeRecords(job, writer, tally);
    const fileBytes = await writer.end();
    const encoded = performance.now();
    const errors = config.verify ? await verifyFile(job, writer.partial) : undefined;
    const verified = performance.now();
    await writer.keep();
    const signalSeconds = leads.reduce((sum, { samples, missing, rate }) => sum + (samples + missing) / rate, 0);
    const nativeBytes = leads.reduce((sum, lead) => sum + lead.nativeBytes, 0);
    const payloadBytes = leads.reduce((sum, lead) => sum + lead.payloadBytes, 0);
    const flat = errors?.flat();
    return {
      records: names.length,
      leads: leads.map((lead, i) => ({ ...lead, prdn: flat?.[i] ?? null })),
      rung: chooser.rung?.name ?? null,
      predictor: chooser.predictor ?? null,
      bounds: chooser.bounds ?? null,
      certified: certifiedBy(chooser.standing?.certificate),
      model: codec.ladder.hash,
      nativeBytes,
      payloadBytes,
      fileBytes,
      payloadGainTotal: ratio(nativeBytes, payloadBytes),
      fileGainTotal: ratio(nativeBytes, fileBytes),
      segments: tally.segments,
      rungShares: tally.rungShares,
      losslessPieces: tally.losslessPieces,
      losslessWindows: tally.losslessWindows,
      signalSeconds,
      compressTimeRatio: ratio((encoded - started) / 1000, signalSeconds),
      verifyTimeRatio: errors === undefined ? null : ratio((verified - encoded) / 1000, signalSeconds),
    };
  } catch (error) {
    await writer.discard();
    throw error;
  }
}

async function encodeRecords(job: Job, writer: CompressedFileWriter, tally: Tally): Promise<LeadFigures[]> {
  const { names, codec, chooser, context } = job;
  const lossless = losslessCoder(codec);
  const figures: LeadFigures[] = [];
  for (const [record, name] of names.entries()) {
    const source = await job.source(record);
    for (const warning of source.warnings) context.stderr.write(`${name}: ${warning}\n`);
    const seconds = Math.max(...source.leads.map(({ samples, rate }) => samples.length / rate));
    const progress = showProgress(context.stderr, `compress ${name} (${record + 1}/${names.length})`, seconds, 's');
    const keyOf = (lead: number): string => `${record} ${lead}`;
    try {
      await encodeRecord(
        source,
        { record, records: names.length },
        {
          ladder: codec.ladder,
          coder: chooser.forRecord(),
          lossless,
          secondOpinion: chooser.secondOpinion,
          write: (run) => writer.write(run),
          onCode: (lead, piece, code) => {
            tally.add(keyOf(lead), piece, code);
            progress.update(piece.closing / (source.leads[lead]?.rate ?? 1));
          },
        },
      );
    } finally {
      progress.stop();
    }
    source.leads.forEach((lead, i) => {
      const missing = lead.samples.reduce((count, v) => count + (v === MISSING ? 1 : 0), 0);
      const samples = lead.samples.length - missing;
      const payloadBytes = tally.payloadBytes(keyOf(i));
      figures.push({
        record: name,
        lead: lead.name,
        rate: lead.rate,
        samples,
        missing,
        nativeBytes: 2 * samples,
        payloadBytes,
        prdn: null,
      });
    });
  }
  return figures;
}

async function verifyFile({ names, codec, models, context, source }: Job, path: string): Promise<(number | null)[][]> {
  const progress = showProgress(context.stderr, 'verify', names.length, 'records');
  try {
    return await verify(path, source, {
      codec: () => Promise.resolve(codec),
      models,
      onRecord: (record) => {
        progress.update(record + 1);
      },
    });
  } finally {
    progress.stop();
  }
}
