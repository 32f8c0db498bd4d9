import { execFileSync } from 'node:child_process';
import { expect, it } from 'vitest';

it('zod makes no code from text in the browser: our content security policy forbids it', () => {
  // In a process of its own, as a page is: zod takes the setting that is there when it is first loaded.
  const printed = execFileSync(
    process.execPath,
    [
      '--import',
      'tsx',
      '--input-type=module',
      '--eval',
      "await import('./instrumentation-client.ts'); console.log((await import('zod')).config().jitless);",
    ],
    { encoding: 'utf8' },
  );
  expect(printed.trim()).toBe('true');
});
