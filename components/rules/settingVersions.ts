import type { SettingVersion } from './ruleTypes';

type Value = SettingVersion['body'][string];

/** One setting as it was and as it is; null: not set, so the rule's own default holds. */
export interface SettingChange {
  readonly key: string;
  readonly before: Value | null;
  readonly after: Value | null;
}

/** What a version changes against the one before it, by name of the setting; nothing before the first one. */
export function changesOf(
  before: SettingVersion['body'] | null,
  after: SettingVersion['body'],
): SettingChange[] {
  const keys = [...new Set([...Object.keys(before ?? {}), ...Object.keys(after)])].sort();
  return keys
    .map((key) => ({ key, before: before?.[key] ?? null, after: after[key] ?? null }))
    .filter((change) => change.before !== change.after);
}

/** The newest version of each place, and of each the one that it replaced. @param settings newest first within a place */
export function placesOf(
  settings: readonly SettingVersion[],
): { readonly space: string | null; readonly versions: readonly SettingVersion[] }[] {
  const places = new Map<string | null, SettingVersion[]>();
  for (const version of settings) {
    const known = places.get(version.space);
    if (known) known.push(version);
    else places.set(version.space, [version]);
  }
  return [...places].map(([space, versions]) => ({ space, versions }));
}
