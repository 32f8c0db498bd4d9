import { expect, test, vi } from 'vitest';
import { lookTogether } from './lookTogether';

const eventually = (look: () => unknown) => vi.waitFor(look, { timeout: 15_000 });

test('the first is looked up at once, what is heard meanwhile together, nothing twice and nothing lost', async () => {
  const looks: string[][] = [];
  const ends: (() => void)[] = [];
  const errors: unknown[] = [];
  const hear = lookTogether(
    async (ids) => {
      looks.push(ids);
      await new Promise<void>((resolve) => ends.push(resolve));
      if (looks.length === 2) throw new Error('away');
    },
    (error) => errors.push(error),
  );
  hear(['a']);
  expect(looks).toEqual([['a']]);
  hear(['b']);
  hear(['c', 'b']);
  expect(looks).toHaveLength(1);
  ends[0]!();
  await eventually(() => expect(looks).toEqual([['a'], ['b', 'c']]));
  hear(['d']);
  ends[1]!();
  await eventually(() => expect(looks).toEqual([['a'], ['b', 'c'], ['d']]));
  expect(errors).toHaveLength(1);
  ends[2]!();
  await eventually(() => {
    hear(['e']);
    expect(looks.at(-1)).toEqual(['e']);
  });
});
