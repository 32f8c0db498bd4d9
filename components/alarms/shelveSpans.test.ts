import { expect, test } from 'vitest';
import { shelveSpans } from './shelveSpans';

const HOUR_MS = 3_600_000;
const at = (time: string) => Date.parse(`2026-11-12T${time}:00+08:00`);

test('a P1 is offered 15 minutes and nothing longer', () => {
  expect(shelveSpans(at('21:00'), 'Asia/Shanghai', 15 * 60_000)).toEqual([{ key: 'M15', forMs: 900_000 }]);
});

test('no offer is longer than the limit, and the end of the shift is campus time', () => {
  const spans = shelveSpans(at('21:00'), 'Asia/Shanghai', 8 * HOUR_MS);
  expect(spans.map(({ key }) => key)).toEqual(['M15', 'H1', 'SHIFT', 'MAX']);
  expect(spans.find(({ key }) => key === 'SHIFT')!.forMs).toBe(3 * HOUR_MS);
  expect(Math.max(...spans.map(({ forMs }) => forMs))).toBe(8 * HOUR_MS);
});

test('a shift that ends this minute is offered as the next one', () => {
  const spans = shelveSpans(at('15:59'), 'Asia/Shanghai', 8 * HOUR_MS);
  expect(spans.find(({ key }) => key === 'SHIFT')).toBeUndefined();
  expect(spans.map(({ key }) => key)).toEqual(['M15', 'H1', 'MAX']);
});
