import { expect, it } from 'vitest';
import { choiceOf } from './choice';

it('a list of codes may be apart by any sign, and names each once; a place or feeder is one code', () => {
  expect(choiceOf({ kind: 'ROOMS', text: ' 7-401，7-402;7-401\n7-5* ' })).toEqual({
    kind: 'ROOMS',
    codes: ['7-401', '7-402', '7-5*'],
  });
  expect(choiceOf({ kind: 'POINTS', text: 'E-1' })).toEqual({ kind: 'POINTS', codes: ['E-1'] });
  expect(choiceOf({ kind: 'FEEDER', text: 'F-7' })).toEqual({ kind: 'FEEDER', code: 'F-7' });
  expect(choiceOf({ kind: 'SPACE', text: ' , ' })).toBeNull();
});
