#!/usr/bin/env node
// Writes the generated files: KafkaTopics, Grafana dashboards, plain rule files for compose.yaml, and the resources of the
// workloads that bench/scaling.ts measures.
// Needs dist/ (npm run build). `--check` compares instead, and fails if a file differs.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { DEFAULT_PARTITIONS, TOPICS, topicConfig } from '../../dist/lib/kafka/topics.js';
import { generatedFiles } from './generated-files.mjs';
import { ROOT } from './manifests.mjs';

const files = await generatedFiles({ topics: TOPICS, topicConfig, partitions: DEFAULT_PARTITIONS });
const stale = Object.entries(files).filter(([path, text]) => {
  const url = new URL(path, ROOT);
  if (existsSync(url) && readFileSync(url, 'utf8') === text) return false;
  if (!process.argv.includes('--check')) {
    mkdirSync(new URL('.', url), { recursive: true });
    writeFileSync(url, text);
    console.log(path);
  }
  return true;
});
if (process.argv.includes('--check') && stale.length > 0) {
  console.error(`not as generated: ${stale.map(([path]) => path).join(', ')}: run node scripts/k8s/generate.mjs`);
  process.exitCode = 1;
}
