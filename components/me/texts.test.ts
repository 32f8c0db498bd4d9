import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { expect, it } from 'vitest';
import { RESIDENT_TEXTS } from './texts';

const PAGES = ['app/(me)'];

function filesUnder(folder: string): string[] {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    return statSync(path).isDirectory() ? filesUnder(path) : /\.tsx?$/.test(name) ? [path] : [];
  });
}

/** Every module that the pages are made of, by their relative imports. */
function modulesOf(roots: readonly string[]): Set<string> {
  const found = new Set<string>();
  const open = [...roots];
  for (let file = open.pop(); file !== undefined; file = open.pop()) {
    if (found.has(file)) continue;
    found.add(file);
    const text = readFileSync(file, 'utf8');
    for (const [, type, specifier] of text.matchAll(/import\s*(type\s)?[^;']*?'(\.[^']+)'/g)) {
      if (type) continue;
      const base = resolve(dirname(file), specifier!);
      const path = ['.tsx', '.ts'].map((end) => base + end).find((each) => existsSync(each));
      if (path?.includes('/components/')) open.push(path);
    }
  }
  return found;
}

it('a resident’s pages bring every text that their parts ask for', () => {
  const asked = new Set<string>();
  for (const file of modulesOf(PAGES.flatMap(filesUnder).map((path) => resolve(path)))) {
    const text = readFileSync(file, 'utf8');
    if (!text.startsWith("'use client'") && !/use[A-Z]\w*/.test(text)) continue;
    for (const [, name] of text.matchAll(/useTranslations\('(\w+)/g)) asked.add(name!);
  }
  expect([...asked].sort()).toContain('topup');
  expect([...asked].filter((name) => !RESIDENT_TEXTS.includes(name))).toEqual([]);
});
