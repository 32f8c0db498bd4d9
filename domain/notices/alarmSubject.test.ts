import { expect, it } from 'vitest';
import { type AlarmWord, alarmSubject, contradicting } from './alarmSubject';

const word: AlarmWord = {
  rule: 'GAS_LEAK',
  subjectType: 'POINT',
  subjectId: 7,
  priority: 1,
  moment: 'RAISED',
  alarmId: 42,
  level: 0,
};

it('a message that an alarm stands is contradicted by its end, whatever its priority was, and its end by its beginning', () => {
  const raised = alarmSubject(word);
  const returned = alarmSubject({ ...word, priority: 2, moment: 'RETURNED' });
  expect(contradicting(raised)).toContain(returned);
  expect(contradicting(returned)).toContain(raised);
  expect(contradicting(raised)).not.toContain(raised);
  expect(contradicting(alarmSubject({ ...word, moment: 'ESCALATED', level: 2 }))).toEqual(
    contradicting(raised),
  );
});

it('nothing of another object or rule contradicts it, and no notice that is no alarm has an opposite', () => {
  const opposites = contradicting(alarmSubject(word));
  expect(opposites).not.toContain(alarmSubject({ ...word, subjectId: 8, moment: 'RETURNED' }));
  expect(opposites).not.toContain(alarmSubject({ ...word, rule: 'OVERLOAD', moment: 'RETURNED' }));
  for (const subject of ['LOW_BALANCE:low:7:MONEY_5:1757476800000', 'QUOTA:PHYS:2025-09:80', ''])
    expect(contradicting(subject)).toEqual([]);
});

it('a more urgent alarm is a subject of its own, and so is each step of the ladder', () => {
  const subjects = [
    alarmSubject(word),
    alarmSubject({ ...word, priority: 3 }),
    alarmSubject({ ...word, moment: 'ESCALATED', level: 1 }),
    alarmSubject({ ...word, moment: 'ESCALATED', level: 2 }),
  ];
  expect(new Set(subjects).size).toBe(subjects.length);
});
