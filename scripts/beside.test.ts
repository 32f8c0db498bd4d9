import { expect, it } from 'vitest';
import { beside } from './beside';
import { runNode, type StepResult } from './runStep';

it('a program that runs beside work that fails is ended before the failure is told', async () => {
  let result: StepResult | null = null;
  const work = Promise.reject(new Error('timeout exceeded when trying to connect'));
  const program = async (signal: AbortSignal) => {
    result = await runNode(['-e', 'setInterval(() => undefined, 1_000)'], { signal });
  };
  await expect(beside(work, program, new AbortController())).rejects.toThrow('timeout exceeded');
  expect(result).toMatchObject({ ok: false });
});

it('work and what runs beside it are both waited for', async () => {
  let built = false;
  const build = async () => {
    await Promise.resolve();
    built = true;
  };
  expect(await beside(Promise.resolve('seeded'), build, new AbortController())).toBe('seeded');
  expect(built).toBe(true);
});
