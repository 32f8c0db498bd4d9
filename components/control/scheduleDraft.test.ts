import { expect, it } from 'vitest';
import { clockText, FIRST_WINDOW, isTime, windowsOf } from './scheduleDraft';

it('a form’s times are minutes after midnight, its days in one order, and nothing while one is missing', () => {
  expect(windowsOf([FIRST_WINDOW])).toEqual([{ dayTypes: ['WORKDAY'], offMinute: 1_380, onMinute: 360 }]);
  expect(windowsOf([{ ...FIRST_WINDOW, dayTypes: ['HOLIDAY', 'WORKDAY'] }])?.[0]?.dayTypes).toEqual([
    'WORKDAY',
    'HOLIDAY',
  ]);
  for (const bad of [{ off: '' }, { on: '24:00' }, { dayTypes: [] }])
    expect(windowsOf([FIRST_WINDOW, { ...FIRST_WINDOW, ...bad }])).toBeNull();
  expect(windowsOf([])).toBeNull();
  expect(windowsOf([{ ...FIRST_WINDOW, off: '2215', on: '7：30' }])).toMatchObject([
    { offMinute: 1_335, onMinute: 450 },
  ]);
  expect(['00:00', '23:59', '24:00', '12:60', '7 pm', ''].map(isTime)).toEqual([
    true,
    true,
    false,
    false,
    false,
    false,
  ]);
  expect([clockText(0), clockText(1_380)]).toEqual(['00:00', '23:00']);
});
