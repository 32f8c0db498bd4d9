import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * Documents name files; files move. Every path that a Markdown file names in code marks or links to must exist.
 * Names with placeholders (`*`, `<…>`, `{…}`, `…`) describe a pattern and are left alone.
 */

const SKIPPED = new Set([
  'node_modules',
  '.git',
  '.next',
  '.data',
  'dist',
  'coverage',
  'test-results',
  'playwright-report',
]);
const FILE_NAME = /^[\w.-]+\.(md|ts|tsx|mjs|js|json|yaml|yml|sql|css|conf|csv|png|svg)$/;
const PLACEHOLDER = /[*<>{}…$]|NNNN/;

/** Paths that documents under `root` name and that don't exist, as `file:line: path`. */
export function checkDocPaths(root: string): string[] {
  const all = listFiles(root);
  const names = new Set(all.map((path) => path.split('/').at(-1)!));
  const rooms = new Set(
    readdirSync(root).filter((name) => !SKIPPED.has(name) && statSync(join(root, name)).isDirectory()),
  );
  return all
    .filter((path) => path.endsWith('.md'))
    .flatMap((document) =>
      namedPaths(readFileSync(join(root, document), 'utf8'))
        .filter(({ path, isLink }) => !exists(root, document, path, isLink, rooms, names))
        .map(({ path, line }) => `${document}:${line}: ${path}`),
    );
}

function listFiles(root: string, folder = ''): string[] {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (SKIPPED.has(entry.name)) return [];
    return entry.isDirectory() ? listFiles(root, path) : [path];
  });
}

function namedPaths(text: string): { path: string; line: number; isLink: boolean }[] {
  let inFence = false;
  return text.split('\n').flatMap((content, index) => {
    if (/^\s*(```|~~~)/.test(content)) {
      inFence = !inFence;
      return [];
    }
    if (inFence) return [];
    const line = index + 1;
    const marks = [...content.matchAll(/`([^`\s]+)`/g)].map((match) => ({
      path: match[1]!,
      line,
      isLink: false,
    }));
    const links = [...content.matchAll(/\]\(([^)\s]+)\)/g)]
      .filter((match) => !/^[a-z]+:|^#/.test(match[1]!))
      .map((match) => ({ path: match[1]!.replace(/#.*$/, ''), line, isLink: true }));
    return [...marks, ...links].filter(({ path }) => !PLACEHOLDER.test(path));
  });
}

function exists(
  root: string,
  document: string,
  path: string,
  isLink: boolean,
  rooms: ReadonlySet<string>,
  names: ReadonlySet<string>,
): boolean {
  const beside = normalize(join(dirname(document), path));
  if (existsSync(join(root, beside))) return true;
  if (isLink) return false;
  const clean = path.replace(/:\d+$/, '');
  const [first, ...rest] = clean.split('/');
  // Only what starts in a folder of ours, or looks like a file name, claims to be a path.
  if (rest.length > 0) return !rooms.has(first!) || existsSync(join(root, clean));
  return !FILE_NAME.test(clean) || names.has(clean);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const missing = checkDocPaths(join(import.meta.dirname, '..'));
  for (const entry of missing) process.stdout.write(`${entry} does not exist\n`);
  process.exitCode = missing.length === 0 ? 0 : 1;
}
