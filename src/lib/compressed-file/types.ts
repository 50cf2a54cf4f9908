/** Objects of a compressed file. schemas/files/compressed-recordings.avsc documents the fields and units. */

export interface LeadHeader {
  records: number;
  leads: number;
  recordName: string;
  name: string;
  unit: string;
  gain: number;
  baseline: number;
  calibrated: boolean;
  rails: { low: number; high: number } | null;
  rate: number;
  frameRate: number;
  samples: number;
  startAt: number | null;
  modelSha256: Buffer;
  losslessRung: number;
}

export interface FileSegment {
  gap: number;
  length: number;
  rung: number;
  payload: Buffer;
}

export interface SegmentRun {
  version: number;
  model: Buffer;
  record: number;
  lead: number;
  run: number;
  last: boolean;
  header: LeadHeader | null;
  start: number;
  segments: FileSegment[];
  crc: Buffer;
}
