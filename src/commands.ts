/** All commands of `dynamic-deep`. A command imports its code only when it runs, so that `--help` stays quick. */
import { readFileSync } from 'node:fs';

import { checkWebhookOptions, webhookOptions } from './alarm-webhook/config.js';
import { checkDashboardOptions, dashboardOptions } from './dashboard/config.js';
import { decoderOptions } from './decoder-stream/config.js';
import { demoOptions } from './demo/config.js';
import { checkEdgeOptions, edgeOptions } from './edge-producer/config.js';
import { docsCommands } from './lib/docs/commands.js';
import { defineCommand, type Command } from './lib/runtime/command.js';
import { buildProgram, type Program } from './lib/runtime/program.js';
import { checkServiceOptions } from './lib/runtime/service-options.js';
import {
  acknowledgeOptions,
  alarmListOptions,
  compressedPositional,
  checkCompress,
  compressOptions,
  decompressOptions,
  pauseOptions,
  peaksOptions,
  recordPositional,
  recordsPositional,
  resumeOptions,
  streamPositional,
  topicsOptions,
  traceOptions,
} from './operations/options.js';
import {
  checkPolicyGet,
  checkPolicySet,
  policyFilePositional,
  policyGetOptions,
  policyHistoryOptions,
  policySetOptions,
} from './operations/policy-options.js';
import { tasksOptions } from './tasks-stream/config.js';
import { calibrationOptions } from './training/calibration/options.js';
import {
  alarmsEvaluation,
  checkAlarmsEvaluation,
  checkPeaksTraining,
  checkRhythmTraining,
  compressionEvaluation,
  compressorTraining,
  denseTraining,
  ladderTraining,
  neuralTraining,
  peaksEvaluation,
  peaksTraining,
  predictorTraining,
  pvcTraining,
  referenceOptions,
  rhythmEvaluation,
  rhythmTraining,
  splitOptions,
} from './training/options.js';

const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
  version: string;
};

const training = () => import('./training/main.js');
const alarmCommands = () => import('./operations/alarm-commands.js');

const commands: readonly Command[] = [
  defineCommand({
    name: 'edge-producer',
    summary: 'Compress ECG windows under the bound and send them to Kafka',
    options: edgeOptions,
    check: checkEdgeOptions,
    run: async (options, context) => (await import('./edge-producer/main.js')).runEdge(options, context),
  }),
  defineCommand({
    name: 'decoder-stream',
    summary: 'Reconstruct signals from compressed segments',
    options: decoderOptions,
    check: checkServiceOptions,
    run: async (options, context) => (await import('./decoder-stream/main.js')).runDecoder(options, context),
  }),
  defineCommand({
    name: 'tasks-stream',
    summary: 'Classify rhythms, find R-peaks, raise alarms, audit the bound',
    options: tasksOptions,
    check: checkServiceOptions,
    run: async (options, context) => (await import('./tasks-stream/main.js')).runTasks(options, context),
  }),
  defineCommand({
    name: 'alarm-webhook',
    summary: 'Post every change of an alarm to a receiver, until it acknowledges',
    options: webhookOptions,
    check: (options) => [...checkServiceOptions(options), ...checkWebhookOptions(options)],
    run: async (options, context) => (await import('./alarm-webhook/main.js')).runWebhook(options, context),
  }),
  defineCommand({
    name: 'dashboard',
    summary: 'Serve the central station: waveforms, alarms, compression and services in the browser',
    options: dashboardOptions,
    check: (options) => [...checkServiceOptions(options), ...checkDashboardOptions(options)],
    run: async (options, context) => (await import('./dashboard/main.js')).runDashboard(options, context),
  }),
  defineCommand({
    name: 'demo',
    summary: 'Replay recordings through broker and services on this machine, with a live table',
    options: demoOptions,
    run: async (options, context) => (await import('./demo/main.js')).runDemo(options, context),
  }),
  defineCommand({
    name: 'topics create',
    summary: 'Create the topics that are absent, with the settings of docs/topics.md',
    options: topicsOptions,
    run: async (options, context) => (await import('./operations/topics.js')).createTopics(options, context),
  }),
  defineCommand({
    name: 'trace',
    summary: "List a window's time at each stage, from its last sample to its alarms",
    options: traceOptions,
    positionals: streamPositional,
    run: async (options, context) => (await import('./operations/trace.js')).traceWindow(options, context),
  }),
  defineCommand({
    name: 'alarms list',
    summary: 'List the alarms of all beds that have not ended',
    options: alarmListOptions,
    run: async (options, context) => (await import('./operations/alarm-list.js')).listAlarms(options, context),
  }),
  defineCommand({
    name: 'alarms acknowledge',
    summary: 'Acknowledge the alarms of a bed',
    options: acknowledgeOptions,
    run: async (options, context) => (await alarmCommands()).acknowledge(options, context),
  }),
  defineCommand({
    name: 'alarms pause',
    summary: 'Silence the alarms of a bed for some minutes',
    options: pauseOptions,
    run: async (options, context) => (await alarmCommands()).pause(options, context),
  }),
  defineCommand({
    name: 'alarms resume',
    summary: 'End the pause of a bed',
    options: resumeOptions,
    run: async (options, context) => (await alarmCommands()).resume(options, context),
  }),
  defineCommand({
    name: 'policy get',
    summary: 'List the policies in force, or write one as JSON',
    options: policyGetOptions,
    check: checkPolicyGet,
    run: async (options, context) => (await import('./operations/policy-get.js')).getPolicy(options, context),
  }),
  defineCommand({
    name: 'policy set',
    summary: 'Set the policy of a ward, a stream or all; refuse one with mistakes',
    options: policySetOptions,
    positionals: policyFilePositional,
    check: checkPolicySet,
    run: async (options, context) => (await import('./operations/policy-set.js')).runPolicySet(options, context),
  }),
  defineCommand({
    name: 'policy history',
    summary: 'List every change of the policies: version, scope, author, time',
    options: policyHistoryOptions,
    run: async (options, context) => (await import('./operations/policy-history.js')).listHistory(options, context),
  }),
  defineCommand({
    name: 'train rhythm',
    summary: 'Train the rhythm classifier',
    options: rhythmTraining,
    check: checkRhythmTraining,
    run: async (options) => (await training()).runRhythmTraining(options),
  }),
  defineCommand({
    name: 'train peaks',
    summary: 'Train RPnet',
    options: peaksTraining,
    check: checkPeaksTraining,
    run: async (options) => (await training()).runPeaksTraining(options),
  }),
  defineCommand({
    name: 'train pvc',
    summary: 'Train the network of examples/tasks/pvc, a task of your own: ventricular beats',
    options: pvcTraining,
    run: async (options, context) => (await training()).runPvcTraining(options, context),
  }),
  defineCommand({
    name: 'train compressor',
    summary: "Train the paper's encoder and decoder: reconstruction, then through the frozen tasks",
    options: compressorTraining,
    run: async (options) => (await training()).runCompressorTraining(options),
  }),
  defineCommand({
    name: 'train neural',
    summary: 'Train the neural rungs: rate, distortion, and what the frozen tasks lose',
    options: neuralTraining,
    run: async (options) => (await training()).runNeuralTraining(options),
  }),
  defineCommand({
    name: 'train ladder',
    summary: 'Measure all rungs, train the dense predictor and write the codec',
    options: ladderTraining,
    run: async (options) => (await training()).runLadderTraining(options),
  }),
  defineCommand({
    name: 'train dense',
    summary: 'Train the dense predictor of the codec that ships; the codec stays as it is',
    options: denseTraining,
    run: async (options) => (await training()).runDenseTraining(options),
  }),
  defineCommand({
    name: 'train reference',
    summary: 'Write how the features of training windows are distributed, which edges compare their input with',
    options: referenceOptions,
    run: async (options, context) => (await training()).runReference(options, context),
  }),
  defineCommand({
    name: 'train predictor',
    summary: "Train the predictors of the paper's codec and write it",
    options: predictorTraining,
    run: async (options) => (await training()).runPredictorTraining(options),
  }),
  defineCommand({
    name: 'evaluate rhythm',
    summary: 'Score the rhythm classifier on labelled records',
    options: rhythmEvaluation,
    run: async (options, context) => (await import('./training/main.js')).runRhythmEvaluation(options, context),
  }),
  defineCommand({
    name: 'evaluate peaks',
    summary: 'Score RPnet on records with beat annotations',
    options: peaksEvaluation,
    run: async (options, context) => (await import('./training/main.js')).runPeaksEvaluation(options, context),
  }),
  defineCommand({
    name: 'evaluate compression',
    summary: 'Compare the methods of compression on labelled records: gains in bytes, and what the tasks lose',
    options: compressionEvaluation,
    run: async (options, context) => (await training()).runCompressionEvaluation(options, context),
  }),
  defineCommand({
    name: 'evaluate alarms',
    summary: 'Score the alarms on recordings with known onsets, composed of records with beat annotations',
    options: alarmsEvaluation,
    check: checkAlarmsEvaluation,
    run: async (options, context) => (await training()).runAlarmsEvaluation(options, context),
  }),
  defineCommand({
    name: 'calibrate',
    summary: 'Certify policies on records that nothing has seen: how far the predictor may be trusted under each',
    options: calibrationOptions,
    run: async (options, context) => (await training()).runCalibration(options, context),
  }),
  defineCommand({
    name: 'peaks',
    summary: 'Find the R peaks of a recording',
    options: peaksOptions,
    positionals: recordPositional,
    run: async (options, context) => (await import('./operations/peaks.js')).findPeaks(options, context),
  }),
  defineCommand({
    name: 'compress',
    summary: 'Compress recordings into one file, by the rungs that the edge uses',
    options: compressOptions,
    positionals: recordsPositional,
    check: checkCompress,
    run: async (options, context) => (await import('./operations/compress/compress.js')).compress(options, context),
  }),
  defineCommand({
    name: 'decompress',
    summary: 'Write the recordings of a compressed file as WFDB records',
    options: decompressOptions,
    positionals: compressedPositional,
    run: async (options, context) => (await import('./operations/compress/decompress.js')).decompress(options, context),
  }),
  defineCommand({
    name: 'train split',
    summary: 'Draw the splits of the data sets again',
    options: splitOptions,
    run: async (options, context) => (await training()).runSplit(options, context),
  }),
];

export const program: Program = buildProgram([...commands, ...docsCommands(() => program)], {
  name: 'dynamic-deep',
  version,
  summary: 'Task-aware ECG compression over Kafka. Not a medical device.',
  groups: {
    train: 'Train a network',
    evaluate: 'Score a network on records',
    topics: 'Manage the Kafka topics',
    alarms: 'Show and answer alarms',
    policy: 'Show and set the policies of compression and alarms',
    docs: 'Write the generated pages of docs/',
  },
  variables: {
    DYNAMIC_DEEP_CACHE: { help: 'Folder for what set-up downloads.', default: '~/.cache/dynamic-deep' },
  },
});
