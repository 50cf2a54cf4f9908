/** Binary message of a window: length of the header, header as JSON padded to an even length, 16-bit samples. */
import type { SignalWindow } from '../lib/wire/index.js';
import type { WindowHeader } from './protocol.js';

export function windowFrame(window: SignalWindow): Buffer {
  const { stream, device, epoch, sequence, start, length, rate, firstIndex } = window;
  const { gain, baseline, rung, lossless, flags, clockRate, samples } = window;
  const header: WindowHeader = {
    stream,
    device,
    epoch,
    sequence,
    start,
    length,
    rate,
    firstIndex,
    gain,
    baseline,
    rung,
    lossless,
    flags,
    clockRate,
  };
  const text = Buffer.from(JSON.stringify(header));
  // The samples begin at an even offset, so that the page can view them in place.
  const head = text.length + (text.length % 2);
  const frame = Buffer.alloc(4 + head + samples.length, 0x20);
  frame.writeUInt32LE(head, 0);
  text.copy(frame, 4);
  samples.copy(frame, 4 + head);
  return frame;
}
