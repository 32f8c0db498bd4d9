import { expect, test } from 'vitest';
import { dueReports } from './readDay';

test('never more reports than are due: the begun interval counts once its report came, an extra reading never does', () => {
  expect(dueReports(25.4, 26)).toEqual({ expected: 26, reported: 26 });
  expect(dueReports(25.4, 25)).toEqual({ expected: 25, reported: 25 });
  expect(dueReports(25.4, 20)).toEqual({ expected: 25, reported: 20 });
  expect(dueReports(25, 29)).toEqual({ expected: 25, reported: 25 });
  expect(dueReports(0.2, 1)).toEqual({ expected: 1, reported: 1 });
});
