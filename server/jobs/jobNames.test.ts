import { expect, it } from 'vitest';
import en from '../../components/i18n/messages/en/admin.json';
import zh from '../../components/i18n/messages/zh-CN/admin.json';
import { allJobs } from './allJobs';

it('every job says in both languages what it does, and nothing is said of a job that is gone', () => {
  const names = allJobs(0)
    .map(({ name }) => name)
    .sort();
  expect(Object.keys(en.job).sort()).toEqual(names);
  expect(Object.keys(zh.job).sort()).toEqual(names);
});
