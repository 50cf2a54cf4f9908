import { expect, it } from 'vitest';
import { observeSize } from '../../../src/dashboard/web/wave/observe-size.js';

it.each([true, false])('observes where the browser knows the box of device pixels, and where not: %s', (isKnown) => {
  const boxes: (string | undefined)[] = [];
  const observer = {
    observe: (_element: string, options?: { readonly box: string }): void => {
      if (!isKnown && options !== undefined) throw new TypeError('no such box');
      boxes.push(options?.box);
    },
  };
  observeSize(observer, 'canvas');
  expect(boxes).toEqual([isKnown ? 'device-pixel-content-box' : undefined]);
});
