/** `dynamic-deep peaks`: writes the R-peaks of a recording as JSON. */
import { writeFile } from 'node:fs/promises';
import { DynamicDeepError } from '../lib/errors/index.js';
import { Network } from '../lib/model/network.js';
import { loadRpnet } from '../lib/model/task-models.js';
import type { CommandContext } from '../lib/runtime/command.js';
import { checkJsonFile } from '../lib/runtime/output-file.js';
import { SHIPPED_MODELS } from '../lib/runtime/paths.js';
import { readRecording, type LeadInfo } from '../lib/signal/wfdb/index.js';
import { detectPeaks } from '../lib/tasks/detect-peaks.js';
import { peaksOfLead, peakSample, unreadWarning } from '../lib/tasks/lead-peaks.js';
import type { Lead } from '../lib/signal/types.js';
import type { PeaksConfig } from './options.js';
import { checkNoSource } from './source-files.js';

/**
 * Writes `{ rate, samples, warnings }`: the lead's rate in Hz, the native sample indices of its R-peaks, found separately
 * between gaps, and warnings as `{ record, text }`. A warning says what was wrong with a record that could still be read, or
 * that a share of it was not searched for beats; each is also a line on stderr. A peak in a hole of up to 40 ms has the index
 * of a missing sample.
 *
 * @throws DynamicDeepError CONFIG_INVALID if the file cannot be written, before anything is read; DATA_INVALID for a
 * lead that does not exist; RECORD_UNSUPPORTED for one that is not a voltage; MODEL_INVALID; the reader's errors
 */
export async function findPeaks(
  { record, lead: wanted, json, models }: PeaksConfig,
  { stderr }: Pick<CommandContext, 'stderr'>,
): Promise<void> {
  await checkNoSource('--json', json, [record]);
  await checkJsonFile(json);
  const read = await readRecording(record, { leads: (there) => [chooseLead(there, wanted, record)] });
  const { name } = read;
  const [lead] = read.leads as [Lead];
  const unread = unreadWarning(lead);
  const texts = unread === undefined ? read.warnings : [...read.warnings, unread];
  for (const text of texts) stderr.write(`peaks: ${name}: ${text}\n`);
  const { network } = await loadRpnet(models ?? SHIPPED_MODELS);
  const rpnet = new Network(network);
  const peaks = peaksOfLead(lead, (millivolts) => detectPeaks(millivolts, rpnet));
  const samples = peaks.map((peak) => peakSample(lead, peak));
  const warnings = texts.map((text) => ({ record: name, text }));
  await writeFile(json, `${JSON.stringify({ rate: lead.rate, samples, warnings })}\n`);
}

function chooseLead(there: readonly LeadInfo[], wanted: string | undefined, record: string): LeadInfo {
  const names = (leads: readonly LeadInfo[]): string => leads.map(({ name }) => name).join(', ');
  const lead = wanted === undefined ? there[0] : there.find(({ name }) => name === wanted);
  if (lead === undefined) {
    throw new DynamicDeepError('DATA_INVALID', `${record} has no lead ${wanted ?? ''}; it has ${names(there)}`);
  }
  if (lead.foreignUnit === undefined) return lead;
  const voltages = names(there.filter(({ foreignUnit }) => foreignUnit === undefined));
  const hint = voltages === '' ? 'the record has no voltage' : `--lead takes one of ${voltages}`;
  throw new DynamicDeepError(
    'RECORD_UNSUPPORTED',
    `${record}: lead ${lead.name} is in ${lead.foreignUnit}, which is no voltage: ${hint}`,
  );
}
