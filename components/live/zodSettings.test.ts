import { expect, it } from 'vitest';
import '../../instrumentation-client';

it('zod makes no code from text in the browser: our content security policy forbids it', async () => {
  const { config } = await import('zod');
  expect(config()).toMatchObject({ jitless: true });
});
