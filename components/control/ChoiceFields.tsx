'use client';

import { useTranslations } from 'next-intl';
import { refusalOf } from '../live/refusal';
import { PlaceField } from '../supply/PlaceField';
import { useRefusalWords } from '../supply/useRefusalWords';
import { SelectField, TextField } from '../ui/Field';
import { CHOICE_KINDS, type ChoiceKind, type ChoiceText } from './choice';

/** Asks which points are meant; what their dry run was refused for stands under the codes. */
export function ChoiceFields({
  choice: { kind, text },
  error,
  onChange,
}: {
  choice: ChoiceText;
  /** Of the last dry run; null: none. */
  error: unknown;
  onChange: (part: Partial<ChoiceText>) => void;
}) {
  const t = useTranslations('control.form');
  const words = useRefusalWords();
  const refusal = error ? refusalOf(error) : null;
  const refused = refusal && words(refusal.reason, refusal.details);
  const unknown = refusal?.details.code;
  const input = {
    value: text,
    error:
      refused === null
        ? undefined
        : typeof unknown === 'string'
          ? t('unknown', { words: refused, code: unknown })
          : refused,
  };
  return (
    <>
      <SelectField
        label={t('by')}
        value={kind}
        onChange={(event) => onChange({ kind: event.target.value as ChoiceKind })}
      >
        {CHOICE_KINDS.map((one) => (
          <option key={one} value={one}>
            {t(`kind.${one}`)}
          </option>
        ))}
      </SelectField>
      {kind === 'SPACE' || kind === 'FEEDER' ? (
        <PlaceField
          key={kind}
          kind={kind}
          text={text}
          error={input.error}
          onChange={(typed) => onChange({ text: typed })}
        />
      ) : (
        <TextField
          label={t(`codes.${kind}`)}
          hint={t(`codesHint.${kind}`)}
          onChange={(event) => onChange({ text: event.target.value })}
          {...input}
        />
      )}
    </>
  );
}
