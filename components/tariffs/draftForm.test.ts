import { expect, it } from 'vitest';
import { bodyOf, formOf } from './draftForm';

const body = {
  periods: { '*': [{ startMinute: 0, endMinute: 1_440, period: 'ALL' }] },
  tierLimitsMicro: [null],
  pricesMicro: [{ ALL: '528300' }],
};

it('export prices are written like prices, and go back as they came', () => {
  const stored = { ...body, exportPricesMicro: { ALL: '350000' } };
  const form = formOf(stored, 'NONE', '2025-10-01T00:00', 'why');
  expect(form.exportPrices).toEqual({ ALL: '0.35' });
  expect(bodyOf(form)).toEqual({ body: stored });
  expect(bodyOf({ ...form, exportPrices: { ALL: '0.3605' } })).toEqual({
    body: { ...body, exportPricesMicro: { ALL: '360500' } },
  });
  expect(bodyOf({ ...form, exportPrices: null })).toEqual({ body });
  for (const ALL of ['', '-0.1', 'x'])
    expect(bodyOf({ ...form, exportPrices: { ALL } })).toEqual({
      problem: { key: 'export', values: { period: 'ALL' } },
    });
});
