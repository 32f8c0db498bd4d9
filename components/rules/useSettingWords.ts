import { useTranslations } from 'next-intl';
import type { SettingForm } from '../../domain/detection/ruleSettings';
import { formatNumber, NNBSP } from '../ui/format';
import { fieldBound } from './settingFields';
import type { SettingChange } from './settingVersions';

type Value = number | string | boolean;

/** Settings of rules in words: name, value with its unit, and a change from one to the other. */
export function useSettingWords() {
  const t = useTranslations('rules');
  const unitOf = (key: string): string | null => (key.endsWith('Ms') ? t('unitSeconds') : physicalUnit(key));
  const textOf = (key: string, value: Value | null): string => {
    if (value === null) return t('default');
    if (typeof value === 'boolean') return t(value ? 'yes' : 'no');
    if (typeof value === 'string') return value === '' ? t('nothing') : value;
    const unit = unitOf(key);
    const number = plainNumber(fieldBound(key, value));
    return unit === null ? number : `${number}${NNBSP}${unit}`;
  };
  const usualOf = (key: string, { usual }: SettingForm): string => {
    if (typeof usual !== 'object') return textOf(key, usual);
    return usual.of === 'HOMES'
      ? t('usual.HOMES', { value: textOf(key, usual.value) })
      : t(`usual.${usual.of}`);
  };
  const boundsOf = (key: string, form: SettingForm): string => {
    if (form.kind === 'FLAG') return t('either', { first: t('yes'), second: t('no') });
    if (form.kind === 'TEXT') return t('such', { example: form.example });
    const least = plainNumber(fieldBound(key, form.least));
    return t('fromTo', { least, most: textOf(key, form.most) });
  };
  const nameOf = (key: string): string => (t.has(`names.${key}`) ? t(`names.${key}`) : key);
  return {
    nameOf,
    textOf,
    usualOf,
    boundsOf,
    unitOf,
    changeOf: ({ key, before, after }: SettingChange): string =>
      t('change', { name: nameOf(key), before: textOf(key, before), after: textOf(key, after) }),
  };
}

/** With all the decimals that it has. */
const plainNumber = (value: number): string => formatNumber(value, String(value).split('.')[1]?.length ?? 0);

const UNITS: readonly [ending: string, unit: string][] = [
  ['Percent', '%'],
  ['Lel', '% LEL'],
  ['M3h', 'm³/h'],
  ['Kwh', 'kWh'],
  ['Kw', 'kW'],
  ['W', 'W'],
  ['A', 'A'],
  ['C', '°C'],
];

/** Identifiers of settings end in their unit. */
function physicalUnit(key: string): string | null {
  return UNITS.find(([ending]) => key.endsWith(ending))?.[1] ?? null;
}
