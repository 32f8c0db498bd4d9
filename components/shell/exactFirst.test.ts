import { expect, it } from 'vitest';
import { exactFirst } from './exactFirst';

it('sets the hit whose whole code was typed before all others, which keep their order', () => {
  const hits = [
    { code: 'D7', exact: false },
    { code: '7-412', exact: false },
    { code: 'M-D7-2', exact: true },
    { code: 'M-D7-21', exact: false },
  ];
  expect(exactFirst(hits).map(({ code }) => code)).toEqual(['M-D7-2', 'D7', '7-412', 'M-D7-21']);
});
