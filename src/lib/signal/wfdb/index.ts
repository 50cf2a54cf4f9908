export { readRecording, type LeadInfo } from './recording.js';
export { readAnnotations } from './annotations.js';
export { isRecordName, writeRecording, writeAnnotations } from './write.js';
