import { useTranslations } from 'next-intl';
import type { SettingChange } from './settingVersions';

type Value = number | string | boolean;

/** Settings of rules in words: name, value with its unit, and a change from one to the other. */
export function useSettingWords() {
  const t = useTranslations('rules');
  const textOf = (key: string, value: Value | null): string => {
    if (value === null) return t('default');
    if (typeof value === 'boolean') return t(value ? 'yes' : 'no');
    if (typeof value === 'string') return value === '' ? t('nothing') : value;
    if (key.endsWith('Ms')) return t('seconds', { n: value / 1_000 });
    const unit = unitOf(key);
    return unit === null ? String(value) : `${value} ${unit}`;
  };
  const nameOf = (key: string): string => (t.has(`names.${key}`) ? t(`names.${key}`) : key);
  return {
    nameOf,
    textOf,
    changeOf: ({ key, before, after }: SettingChange): string =>
      t('change', { name: nameOf(key), before: textOf(key, before), after: textOf(key, after) }),
  };
}

const UNITS: readonly [ending: string, unit: string][] = [
  ['Percent', '%'],
  ['Lel', '% LEL'],
  ['M3h', 'm³/h'],
  ['Kwh', 'kWh'],
  ['Kw', 'kW'],
  ['W', 'W'],
  ['A', 'A'],
];

/** Identifiers of settings end in their unit. */
function unitOf(key: string): string | null {
  return UNITS.find(([ending]) => key.endsWith(ending))?.[1] ?? null;
}
