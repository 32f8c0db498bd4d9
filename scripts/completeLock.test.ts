import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { completeLock, missingPlatformEntries } from './completeLock';

it('the lock file has an entry for every platform, so that npm ci takes it (else run npm run lock:complete)', () => {
  const lock = JSON.parse(readFileSync(new URL('../package-lock.json', import.meta.url), 'utf8'));
  expect(Object.keys(missingPlatformEntries(lock))).toEqual([]);
});

it('adds what a partial registry left out, by what the name says, and nothing that is there', () => {
  const text = JSON.stringify({
    packages: {
      '': {},
      'node_modules/tool': {
        version: '1.2.3',
        dev: true,
        optionalDependencies: {
          '@tool/cli-linux-x64-musl': '1.2.3',
          '@tool/cli-darwin-arm64': '1.2.3',
          '@tool/cli-linux-x64': '1.2.3',
        },
      },
      'node_modules/@tool/cli-linux-x64': { version: '1.2.3' },
    },
  });
  const { packages } = JSON.parse(completeLock(text));
  expect(packages['node_modules/@tool/cli-linux-x64-musl']).toEqual({
    version: '1.2.3',
    cpu: ['x64'],
    dev: true,
    libc: ['musl'],
    optional: true,
    os: ['linux'],
  });
  expect(packages['node_modules/@tool/cli-darwin-arm64']).toMatchObject({ cpu: ['arm64'], os: ['darwin'] });
  expect(completeLock(JSON.stringify({ packages }))).toBe(JSON.stringify({ packages }));
});
