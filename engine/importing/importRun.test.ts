import { expect, test } from 'vitest';
import { ImportRun } from './importRun';

const name = { zh: 'A', en: 'A' };
const spaces = (count: number) =>
  Array.from({ length: count }, (_, n) => ({ code: `S${n}`, kind: 'ROOM', name }));
const errorsOf = (rows: number) =>
  new ImportRun({
    campus: { code: 'big', name, timeZone: 'Asia/Shanghai', currency: 'CNY' },
    spaces: spaces(rows),
  })
    .answer(false)
    .rows.flatMap(({ errors }) => errors.map(({ pointer, code }) => `${pointer} ${code}`));

test('the rooms, floors and buildings of 100,000 meters are one document; beyond its bound a section is refused by its name', () => {
  expect(errorsOf(102_201)).toEqual([]);
  expect(errorsOf(250_001)).toEqual(['/spaces TOO_MANY_ROWS']);
});
