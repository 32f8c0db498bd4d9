import { useTranslations } from 'next-intl';
import type { SettingForm } from '../../domain/detection/ruleSettings';
import { formatNumber, withUnit } from '../ui/format';
import { formatExactSpan } from '../ui/formatTime';
import { useLang } from '../ui/useLang';
import { fieldNumber, isDuration, isResidual } from './settingFields';
import type { SettingChange } from './settingVersions';

type Value = number | string | boolean;

/** Settings of a rule in words: name, value with its unit, and a change from one to the other. @param rule its code */
export function useSettingWords(rule: string) {
  const t = useTranslations('rules');
  const lang = useLang();
  const unitOf = (key: string): string | null => {
    if (isDuration(key)) return t('unitSeconds');
    return isResidual(rule, key) ? 'mA' : physicalUnit(key);
  };
  const numberOf = (key: string, stored: number): string => {
    if (isDuration(key)) return formatExactSpan(stored, lang);
    return withUnit(plainNumber(fieldNumber(rule, key, stored)), unitOf(key) ?? '');
  };
  const textOf = (key: string, value: Value | null): string => {
    if (value === null) return t('default');
    if (typeof value === 'boolean') return t(value ? 'yes' : 'no');
    if (typeof value === 'string') return value === '' ? t('nothing') : value;
    return numberOf(key, value);
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
    // A length has units of its own at either end.
    const least = isDuration(key)
      ? numberOf(key, form.least)
      : plainNumber(fieldNumber(rule, key, form.least));
    return t('fromTo', { least, most: numberOf(key, form.most) });
  };
  const nameOf = (key: string): string => (t.has(`names.${key}`) ? t(`names.${key}`) : key);
  return {
    nameOf,
    textOf,
    usualOf,
    boundsOf,
    /** What its field takes beside the bounds: the unit in which a length is typed. */
    hintOf: (key: string, form: SettingForm): string =>
      isDuration(key) ? t('inSeconds', { bounds: boundsOf(key, form) }) : boundsOf(key, form),
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
