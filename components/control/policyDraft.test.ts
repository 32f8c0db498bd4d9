import { expect, it } from 'vitest';
import { draftOf, textOfPolicy } from './policyDraft';

const choice = {
  code: 'DORM',
  name: 'x',
  nameEn: null,
  dailyWindows: [{ fromMinute: 1_320, toMinute: 480 }],
  weekdays: [6, 7],
  noticeLeadMinutes: 15,
};

it('a policy put into words and read again is the same: a draft begins by changing nothing', () => {
  expect(textOfPolicy(choice)).toMatchObject({ windows: '22:00-08:00', days: '6,7', lead: '15' });
  const { code, name: _name, nameEn: _nameEn, ...same } = choice;
  expect(draftOf(textOfPolicy(choice))).toEqual({ ...same, policy: code, weeks: 4, moreDates: [] });
});

it('several windows and dates are read, and what is unclear is named by its field', () => {
  const text = {
    ...textOfPolicy(choice),
    windows: '11:30-13:00，22:00 - 24:00',
    more: '2026-01-05..2026-01-16',
  };
  expect(draftOf(text)).toMatchObject({
    dailyWindows: [
      { fromMinute: 690, toMinute: 780 },
      { fromMinute: 1_320, toMinute: 1_440 },
    ],
    moreDates: [{ fromDate: '2026-01-05', toDate: '2026-01-16' }],
  });
  const unclear = {
    weeks: ['0', '9', 'x'],
    windows: ['22:00', '25:00-26:00', '22:60-23:00'],
    days: ['8', 'Sun'],
    lead: ['-1', '2881', ''],
    more: ['January'],
  };
  for (const [field, texts] of Object.entries(unclear))
    for (const each of texts) expect(draftOf({ ...text, [field]: each }), each).toEqual({ unclear: field });
});
