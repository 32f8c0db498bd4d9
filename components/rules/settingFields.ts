import type { SettingBody, SettingForm } from '../../domain/detection/ruleSettings';

export const isDuration = (key: string): boolean => key.endsWith('Ms');

/** Whether people write a setting in mA, which is stored in A: a current to earth, as its alarms tell it. */
export const isResidual = (rule: string, key: string): boolean => rule === 'LEAKAGE' && key.endsWith('A');

/** How much is stored for one of the field's unit: people write durations in seconds, which are stored in ms. */
function storedForOne(rule: string, key: string): number {
  if (isDuration(key)) return 1_000;
  return isResidual(rule, key) ? 0.001 : 1;
}

/** Without what a product of decimals has too much: 0.035 × 1000 is 35. */
const exactly = (value: number): number => Number(value.toPrecision(12));

/** A stored number of a setting in the unit of its field. */
export function fieldNumber(rule: string, key: string, stored: number): number {
  return exactly(stored / storedForOne(rule, key));
}

/** A stored value as its field shows it: a duration in seconds; nothing: an empty field. */
export function fieldText(rule: string, key: string, value: SettingBody[string] | undefined): string {
  if (value === undefined) return '';
  return String(typeof value === 'number' ? fieldNumber(rule, key, value) : value);
}

/** Settings from what was typed; an empty field is left out. Bounds are the server's to judge. */
export function bodyOf(
  rule: string,
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
    else if (/^\d+(\.\d+)?$/.test(text)) body[key] = storedNumber(rule, key, Number(text));
    else notNumbers.push(key);
  }
  return { body, notNumbers };
}

function storedNumber(rule: string, key: string, typed: number): number {
  const stored = exactly(typed * storedForOne(rule, key));
  return isDuration(key) ? Math.round(stored) : stored;
}
