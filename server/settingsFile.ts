import { readFileSync, statSync } from 'node:fs';
import type { z } from 'zod';

/** A settings file that can't be used; the message names the place and the rule, never a value. */
export class SettingsFileError extends Error {
  override readonly name = 'SettingsFileError';
}

/** Where settings come from; asked before each use. */
export interface SettingsSource<T> {
  current(): T;
}

/** How often a changed file is noticed at most, ms. */
const LOOK_MS = 1_000;

/** Settings from JSON text. @param name of the variable that names the file @throws SettingsFileError */
export function parseSettingsText<S extends z.ZodType>(name: string, schema: S, text: string): z.output<S> {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw new SettingsFileError(`${name}: the file is not JSON`);
  }
  const parsed = schema.safeParse(json);
  if (parsed.success) return parsed.data;
  const issues = parsed.error.issues.map(
    (issue) =>
      `/${issue.path.map(String).join('/')} ${issue.code === 'unrecognized_keys' ? `has unknown ${issue.keys.join(', ')}` : issue.message}`,
  );
  throw new SettingsFileError(`${name}: ${issues.join('; ')}`);
}

/**
 * Settings from a file that is read again whenever it changes, so that keys are rotated without a restart. At the start a bad file
 * is an error; a file that turns bad later is told to `onProblem` once, and the last good settings stay in force.
 * @throws SettingsFileError
 */
export function settingsFile<T>(
  name: string,
  path: string,
  parse: (text: string) => T,
  onProblem: (message: string) => void,
): SettingsSource<T> {
  const stampOf = () => {
    const { mtimeMs, size, ino } = statSync(path);
    return `${mtimeMs}/${size}/${ino}`;
  };
  const read = (): { stamp: string; settings: T } => {
    try {
      const stamp = stampOf();
      return { stamp, settings: parse(readFileSync(path, 'utf8')) };
    } catch (error) {
      if (error instanceof SettingsFileError) throw error;
      throw new SettingsFileError(`${name}: the file can not be read`);
    }
  };
  let known = read();
  let lookedAt = performance.now();
  let toldStamp: string | null = null;
  return {
    current() {
      if (performance.now() - lookedAt < LOOK_MS) return known.settings;
      lookedAt = performance.now();
      let stamp = 'missing';
      try {
        stamp = stampOf();
        if (stamp !== known.stamp) known = read();
      } catch (error) {
        if (stamp !== toldStamp) {
          toldStamp = stamp;
          onProblem(error instanceof SettingsFileError ? error.message : `${name}: the file is gone`);
        }
      }
      return known.settings;
    },
  };
}
