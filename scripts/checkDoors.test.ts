import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { checkDoors } from './checkDoors';
import { scanSource } from './scanSource';

let root: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'wattkeep-doors-'));
  plant('domain/units.ts', 'export const MICRO = 1_000_000n;\n');
  plant('db/client.ts', "import pg from 'pg';\nexport const pool = pg.Pool;\n");
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

function plant(path: string, text: string): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
}

it('a house in order has no breach', () => {
  plant(
    'engine/act.ts',
    "import { MICRO } from '../domain/units';\nimport { pool } from '../db/client';\nexport const a = [MICRO, pool];\n",
  );
  plant(
    'domain/units.test.ts',
    "import { it } from 'vitest';\nimport { MICRO } from './units';\nit('x', () => void MICRO);\n",
  );
  expect(checkDoors(root)).toEqual([]);
});

describe('each breach is caught and named with its line', () => {
  const cases: [what: string, path: string, text: string, expected: string | RegExp][] = [
    [
      'domain reaching for the database',
      'domain/a.ts',
      "\nimport { pool } from '../db/client';\nexport { pool };\n",
      'domain/a.ts:2: domain may not import db (../db/client)',
    ],
    [
      'domain using a package',
      'domain/a.ts',
      "import { z } from 'zod';\nexport { z };\n",
      'domain/a.ts:1: domain may not import zod',
    ],
    [
      'domain using Node',
      'domain/a.ts',
      "import { join } from 'node:path';\nexport { join };\n",
      /may not import node:path/,
    ],
    [
      'domain reading the clock',
      'domain/a.ts',
      'export const t = () => Date.now();\n',
      /time comes from the Clock/,
    ],
    [
      'domain asking what day it is',
      'domain/a.ts',
      'export const t = () => new Date();\n',
      /time comes from the Clock/,
    ],
    ['domain rolling dice', 'domain/a.ts', 'export const t = Math.random;\n', /no chance/],
    ['domain reading the environment', 'domain/a.ts', 'export const t = process.env.PORT;\n', /no process/],
    [
      'database knowing the engine',
      'db/a.ts',
      "import { act } from '../engine/act';\nexport { act };\n",
      /db may not import engine/,
    ],
    [
      'bridge knowing the server',
      'mqtt-bridge/a.ts',
      "import { x } from '../server/x';\nexport { x };\n",
      /mqtt-bridge may not import server/,
    ],
    [
      'simulator looking into the database',
      'simulator/a.ts',
      "import { pool } from '../db/client';\nexport { pool };\n",
      /simulator may not import db/,
    ],
    [
      'a screen importing server values',
      'components/rooms/A.tsx',
      "import { root } from '../../server/trpc/root';\nexport { root };\n",
      /components may not import server/,
    ],
    [
      'one feature importing another',
      'components/rooms/A.tsx',
      "import { B } from '../alarms/B';\nexport { B };\n",
      /components\/rooms may not import components\/alarms/,
    ],
    [
      'a route querying the database',
      'app/page.tsx',
      "import { pool } from '../db/client';\nexport { pool };\n",
      /app may not import db/,
    ],
    [
      'a lazy import through a shut door',
      'domain/a.ts',
      "export const load = () => import('../db/client');\n",
      /domain may not import db/,
    ],
    [
      'settings read outside an entry point',
      'engine/a.ts',
      "import { readSettings } from '../config/env';\nexport { readSettings };\n",
      /only entry points/,
    ],
    [
      'drizzle outside the database room',
      'server/a.ts',
      "import { eq } from 'drizzle-orm';\nexport { eq };\n",
      /only db may import drizzle-orm/,
    ],
    [
      'a second importer of the charts',
      'components/rooms/A.tsx',
      "import * as echarts from 'echarts/core';\nexport { echarts };\n",
      /only components\/charts/,
    ],
    [
      'a second importer of the live socket',
      'components/live/Other.tsx',
      "import { io } from 'socket.io-client';\nexport { io };\n",
      /openSocket/,
    ],
    [
      'someone importing the benchmarks',
      'engine/a.ts',
      "import { run } from '../bench/run';\nexport { run };\n",
      /bench may not be imported/,
    ],
    ['a barrel', 'domain/time/index.ts', "export * from './clock';\n", /no barrel/],
    [
      'a file extension in an import',
      'domain/a.ts',
      "import { MICRO } from './units.ts';\nexport { MICRO };\n",
      /without its extension/,
    ],
    [
      'SQL outside the database room',
      'server/a.ts',
      'export const q = `select 1 from reading`;\n',
      /SQL belongs in db\/queries/,
    ],
    [
      'the database clock in a query',
      'db/queries/a.ts',
      "export const q = 'select id from command where expires_at < now()';\n",
      /no database clock/,
    ],
  ];
  it.each(cases)('%s', (_what, path, text, expected) => {
    plant(path, text);
    expect(checkDoors(root).join('\n')).toMatch(expected);
  });

  it('two files that need each other', () => {
    plant('domain/a.ts', "import { b } from './b';\nexport const a = () => b;\n");
    plant('domain/b.ts', "import { a } from './a';\nexport const b = () => a;\n");
    expect(checkDoors(root)).toEqual([expect.stringMatching(/cycle domain\/[ab]\.ts -> domain\/[ab]\.ts/)]);
  });
});

describe('what is allowed stays allowed', () => {
  it.each([
    [
      'types of the router in a screen',
      'components/rooms/A.tsx',
      "import type { AppRouter } from '../../server/trpc/root';\nexport type R = AppRouter;\n",
    ],
    [
      'driver types in the engine',
      'engine/a.ts',
      "import type pg from 'pg';\nexport type C = pg.PoolClient;\n",
    ],
    [
      'the passed-in clock in a query string builder',
      'db/queries/a.ts',
      `export const q = (clock: { now(): number }) => \`select \${clock.now()}\`;\n`,
    ],
    [
      'words about the clock in a comment',
      'domain/a.ts',
      '// Date.now() is not for us\nexport const a = 1;\n',
    ],
    ['words about imports in a string', 'domain/a.ts', 'export const a = "import x from \'pg\'";\n'],
  ])('%s', (_what, path, text) => {
    plant(path, text);
    expect(checkDoors(root)).toEqual([]);
  });
});

describe('scanning a source', () => {
  it('finds imports in every form, with types told apart and lines counted', () => {
    const { imports } = scanSource(
      [
        "import a, { b } from 'one';",
        "import type { C } from 'two';",
        "import { type D, type E } from 'three';",
        'import {',
        '  f,',
        "} from 'four';",
        "import 'five.css';",
        "export * from 'six';",
        "export type { G } from 'seven';",
        "const h = await import('eight');",
      ].join('\n'),
    );
    expect(imports.map(({ specifier, typeOnly, line }) => [specifier, typeOnly, line])).toEqual([
      ['one', false, 1],
      ['two', true, 2],
      ['three', true, 3],
      ['four', false, 6],
      ['five.css', false, 7],
      ['six', false, 8],
      ['seven', true, 9],
      ['eight', false, 10],
    ]);
  });

  it('is not misled by regular expressions, templates and apostrophes in markup', () => {
    const { imports, strings } = scanSource(
      [
        'const quote = /[\'"`/]/g;',
        `const t = \`a \${b ? \`c\` : "d"} e\`;`,
        "const j = <p>it's</p>;",
        "import x from 'pg';",
      ].join('\n'),
    );
    expect(imports.map((entry) => entry.specifier)).toEqual(['pg']);
    expect(strings.map((entry) => entry.text)).toContain(`a \${b ? \`c\` : "d"} e`);
  });
});
