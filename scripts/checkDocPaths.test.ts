import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { checkDocPaths } from './checkDocPaths';

let root: string;

beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'wattkeep-docs-'));
  mkdirSync(join(root, 'db'));
  mkdirSync(join(root, 'docs'));
  writeFileSync(join(root, 'db', 'client.ts'), '');
  writeFileSync(join(root, 'docs', 'mqtt.md'), 'No paths here.\n');
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

it('a document may name files that exist, patterns, topics and code', () => {
  writeFileSync(
    join(root, 'README.md'),
    'See `db/client.ts`, `client.ts`, [mqtt](docs/mqtt.md), `db/<noun>.ts`, `em/v1/x`, `a.b`, [web](https://example.org/x).\n',
  );
  expect(checkDocPaths(root)).toEqual([]);
});

it('a document that names a file that is gone is caught, with its line', () => {
  writeFileSync(
    join(root, 'README.md'),
    'Fine.\nSee `db/gone.ts`, `lost.ts` and [more](docs/gone.md#part).\n',
  );
  expect(checkDocPaths(root)).toEqual([
    'README.md:2: db/gone.ts',
    'README.md:2: lost.ts',
    'README.md:2: docs/gone.md',
  ]);
});
