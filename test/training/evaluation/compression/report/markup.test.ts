import { expect, it } from 'vitest';
import { shown, tag } from '../../../../../src/training/evaluation/compression/report/markup.js';

it('escapes what it is given, in text and attributes, but not what it made', () => {
  const inner = tag('b', {}, '<script>"&');
  expect(tag('td', { title: '"><', colspan: 2, id: undefined }, inner, false, null).markup).toBe(
    '<td title="&quot;&gt;&lt;" colspan="2"><b>&lt;script&gt;&quot;&amp;</b></td>',
  );
  expect(tag('line', { x1: 1 }).markup).toBe('<line x1="1"/>');
});

it('shows as many digits as a figure deserves', () => {
  expect([3.14159, 31.4159, 314.159, null].map((v) => shown(v))).toEqual(['3.14', '31.4', '314', '–']);
});
