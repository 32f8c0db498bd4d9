import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findCycles } from './findCycles';
import { type ImportOf, type ScannedSource, scanSource } from './scanSource';

/** Who may import whom (ARCHITECTURE.md, doors). Anything not listed is shut. */
const DOORS: Record<string, { rooms: readonly string[]; packages?: readonly RegExp[] }> = {
  domain: { rooms: [], packages: [] },
  contracts: { rooms: ['domain'], packages: [/^zod(\/mini)?$/, /^lossless-json$/] },
  config: { rooms: [], packages: [/^zod$/, /^pino$/] },
  db: { rooms: ['domain', 'contracts'] },
  engine: { rooms: ['domain', 'contracts', 'db'] },
  'mqtt-bridge': { rooms: ['contracts', 'domain', 'db', 'engine'] },
  server: { rooms: ['contracts', 'domain', 'db', 'engine'] },
  components: { rooms: ['contracts', 'domain'] },
  app: { rooms: ['components', 'contracts', 'domain'] },
  simulator: { rooms: ['contracts', 'domain'] },
};
const OPEN_ROOMS = ['bench', 'e2e', 'scripts'];
/** Rooms that drive others and that nobody may import. */
const CLOSED_ROOMS = ['bench', 'e2e', 'scripts'];
const TEST_PACKAGES = [/^vitest/, /^fast-check$/];
/** Inside `components` a feature may use these folders beside its own. */
const SHARED_COMPONENTS = ['ui', 'charts', 'map', 'live', 'i18n', 'shell', 'supply'];
/** Texts are data: what people read on a screen and what they are sent come from the same files. */
const SHARED_WITH_SERVER = /^components\/i18n\/messages\/.+\.json$/;
const SHARED_WITH_APP = [/^server\/trpc\//, /^server\/auth\//, /(^|\/)requestContext$/];

const SOLE_IMPORTERS: { packages: RegExp; files: RegExp; what: string }[] = [
  { packages: /^echarts(\/|$)/, files: /^components\/charts\//, what: 'components/charts' },
  { packages: /^(mapbox-gl|maplibre-gl)(\/|$)/, files: /^components\/map\//, what: 'components/map' },
  {
    packages: /^socket\.io-client$/,
    files: /^components\/live\/openSocket\.ts$/,
    what: 'components/live/openSocket.ts',
  },
  { packages: /^(drizzle-orm|pg|pg-copy-streams)(\/|$)/, files: /^db\//, what: 'db' },
];

const CONFIG_READERS = /(^|\/)(main|requestContext|migrate|seed)\.tsx?$|^[\w.-]+\.config\.ts$|^scripts\//;
const CLOCKLESS = /^(domain|contracts|engine|db\/queries)\//;
const REAL_TIME = /\bDate\.now\s*\(|\bnew Date\s*\(\s*\)/;
const SQL = /^\s*(select\s|insert\s+into\s|update\s+\w+\s+set\s|delete\s+from\s|with\s+\w+\s+as\s*\()/i;
const DATABASE_CLOCK = /(?<![.\w])(now\s*\(\)|current_timestamp|clock_timestamp\s*\(\)|current_date)/i;

interface SourceFile extends ScannedSource {
  path: string;
  room: string;
  isTest: boolean;
}

/** Every breach of the doors under `root`, as `file:line: what`; empty when the house is in order. */
export function checkDoors(root: string): string[] {
  const files = listSources(root).map((path): SourceFile => {
    const scanned = scanSource(readFileSync(join(root, path), 'utf8'));
    return {
      ...scanned,
      path,
      room: path.includes('/') ? path.split('/')[0]! : '',
      isTest: /\.test\.tsx?$|\/testing\//.test(path),
    };
  });
  const breaches = files.flatMap((file) => [
    ...file.imports.flatMap((entry) =>
      importBreaches(root, file, entry).map((what) => `${file.path}:${entry.line}: ${what}`),
    ),
    ...textBreaches(file),
  ]);
  const graph = new Map(
    files.map((file) => [
      file.path,
      file.imports
        .filter((entry) => !entry.typeOnly)
        .map((entry) => resolveRelative(root, file.path, entry.specifier))
        .filter((target) => target !== undefined),
    ]),
  );
  for (const cycle of findCycles(graph)) breaches.push(`${cycle[0]}:1: cycle ${cycle.join(' -> ')}`);
  return breaches.sort();
}

function listSources(root: string): string[] {
  const rooms = [...Object.keys(DOORS), ...OPEN_ROOMS].filter((room) => existsSync(join(root, room)));
  const nested = rooms.flatMap((room) =>
    readdirSync(join(root, room), { recursive: true, encoding: 'utf8' }).map((path) => join(room, path)),
  );
  return nested.filter(
    (path) => /\.tsx?$/.test(path) && !path.endsWith('.d.ts') && statSync(join(root, path)).isFile(),
  );
}

/** Path of the imported file from the root, or undefined for a package or something that is no source. */
function resolveRelative(root: string, from: string, specifier: string): string | undefined {
  if (!specifier.startsWith('.')) return undefined;
  const base = join(dirname(from), specifier);
  return [`${base}.ts`, `${base}.tsx`, `${base}/index.ts`, `${base}/index.tsx`].find((path) =>
    existsSync(join(root, path)),
  );
}

function importBreaches(root: string, file: SourceFile, entry: ImportOf): string[] {
  const { specifier } = entry;
  if (!specifier.startsWith('.')) return packageBreaches(file, entry);
  const breaches: string[] = [];
  if (/\.(ts|tsx|js|jsx)$/.test(specifier)) breaches.push(`import ${specifier} without its extension`);
  const target =
    resolveRelative(root, file.path, specifier)?.replace(/\.tsx?$/, '') ??
    join(dirname(file.path), specifier);
  const targetRoom = target.split('/')[0]!;
  if (targetRoom === file.room) return [...breaches, ...featureBreaches(file, target)];
  if (CLOSED_ROOMS.includes(targetRoom)) return [...breaches, `${targetRoom} may not be imported`];
  if (targetRoom === 'config') {
    return CONFIG_READERS.test(file.path) ? breaches : [...breaches, 'only entry points may import config'];
  }
  const door = DOORS[file.room];
  if (!door || !(targetRoom in DOORS) || door.rooms.includes(targetRoom)) return breaches;
  if (file.room === 'server' && SHARED_WITH_SERVER.test(target)) return breaches;
  if (file.room === 'app' && SHARED_WITH_APP.some((shared) => shared.test(target))) return breaches;
  if (file.room === 'components' && entry.typeOnly && /^server\/trpc\//.test(target)) return breaches;
  if (/(^|\/)requestContext\.ts$/.test(file.path) && ['db', 'server', 'engine'].includes(targetRoom))
    return breaches;
  return [...breaches, `${file.room} may not import ${targetRoom} (${specifier})`];
}

function featureBreaches(file: SourceFile, target: string): string[] {
  if (file.room !== 'components') return [];
  const [, from] = file.path.split('/');
  const [, to, rest] = target.split('/');
  if (rest === undefined || from === to || SHARED_COMPONENTS.includes(to!)) return [];
  return [`components/${from} may not import components/${to}: app composes features`];
}

function packageBreaches(file: SourceFile, { specifier, typeOnly }: ImportOf): string[] {
  if (file.isTest && TEST_PACKAGES.some((allowed) => allowed.test(specifier))) return [];
  const door = DOORS[file.room];
  const breaches: string[] = [];
  if (door?.packages && !file.isTest && !door.packages.some((allowed) => allowed.test(specifier))) {
    breaches.push(`${file.room} may not import ${specifier}`);
  }
  const sole = SOLE_IMPORTERS.find((rule) => rule.packages.test(specifier));
  const typeOfEngine = typeOnly && file.room === 'engine';
  if (sole && door && !sole.files.test(file.path) && !typeOfEngine && !file.isTest) {
    breaches.push(`only ${sole.what} may import ${specifier}`);
  }
  return breaches;
}

function textBreaches(file: SourceFile): string[] {
  const breaches: string[] = [];
  const lines = file.code.split('\n');
  const report = (pattern: RegExp, what: string) => {
    lines.forEach((line, index) => {
      if (pattern.test(line)) breaches.push(`${file.path}:${index + 1}: ${what}`);
    });
  };
  if (/(^|\/)index\.tsx?$/.test(file.path) && file.path !== 'db/schema/index.ts') {
    breaches.push(`${file.path}:1: no barrel files: import the file itself`);
  }
  if (file.isTest) return breaches;
  if (file.room === 'domain') {
    report(/\bprocess\b\s*[.[]/, 'domain knows no process');
    report(/\bMath\.random\b/, 'domain has no chance: pass the random source in');
  }
  if (CLOCKLESS.test(file.path)) report(REAL_TIME, 'time comes from the Clock that is passed in');
  for (const { text, line } of file.strings) {
    const isSql = SQL.test(text);
    if (isSql && file.room !== 'db' && file.room in DOORS)
      breaches.push(`${file.path}:${line}: SQL belongs in db/queries`);
    if (isSql && DATABASE_CLOCK.test(text))
      breaches.push(`${file.path}:${line}: no database clock in a query: pass the time in`);
  }
  return breaches;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const root = join(import.meta.dirname, '..');
  const breaches = checkDoors(root);
  for (const breach of breaches) process.stdout.write(`${relative(process.cwd(), join(root, breach))}\n`);
  process.exitCode = breaches.length === 0 ? 0 : 1;
}
