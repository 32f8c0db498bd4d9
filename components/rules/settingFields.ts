import type { SettingBody, SettingForm } from '../../domain/detection/ruleSettings';

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
    else if (/^\d+(\.\d+)?$/.test(text)) body[key] = Number(text);
    else notNumbers.push(key);
  }
  return { body, notNumbers };
}
