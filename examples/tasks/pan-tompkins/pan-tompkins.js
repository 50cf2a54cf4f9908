/** R peaks of millivolts at 300 Hz: the outputs that task.json declares as events. */
import { panTompkins } from './detector.js';

export default function run(signal) {
  return panTompkins(signal);
}
