export { readRecording } from './recording.js';
export { readAnnotations } from './annotations.js';
export { writeRecording, writeAnnotations } from './write.js';
