import type { SettingBody, SettingForm } from '../../domain/detection/ruleSettings';

/** People write durations in seconds; they are stored in ms. */
const MS_PER_UNIT = 1_000;

const isDuration = (key: string): boolean => key.endsWith('Ms');

/** A stored value as its field shows it: a duration in seconds; nothing: an empty field. */
export function fieldText(key: string, value: SettingBody[string] | undefined): string {
  if (value === undefined) return '';
  return typeof value === 'number' && isDuration(key) ? String(value / MS_PER_UNIT) : String(value);
}

/** A bound of a setting in the unit of its field. */
export function fieldBound(key: string, bound: number): number {
  return isDuration(key) ? bound / MS_PER_UNIT : bound;
}

/** Settings from what was typed; an empty field is left out. Bounds are the server's to judge. */
export function bodyOf(
  forms: Readonly<Record<string, SettingForm>>,
  values: Readonly<Record<string, string>>,
): { readonly body: SettingBody; readonly notNumbers: readonly string[] } {
  const body: Record<string, number | string | boolean> = {};
  const notNumbers: string[] = [];
  for (const [key, form] of Object.entries(forms)) {
    const text = (values[key] ?? '').trim();
    if (text === '') continue;
    if (form.kind === 'FLAG') body[key] = text === 'true';
    else if (form.kind === 'TEXT') body[key] = text;
    else if (/^\d+(\.\d+)?$/.test(text)) body[key] = numberOf(key, text);
    else notNumbers.push(key);
  }
  return { body, notNumbers };
}

const numberOf = (key: string, text: string): number =>
  isDuration(key) ? Math.round(Number(text) * MS_PER_UNIT) : Number(text);
