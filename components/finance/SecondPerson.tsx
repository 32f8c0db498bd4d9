'use client';

import { useTranslations } from 'next-intl';
import { Field } from '../ui/Field';
import { useCode } from '../ui/useCode';
import styles from './PaymentsPage.module.css';

/** Who consents beside the one who is signed in, by name and password on the same screen. */
export interface Second {
  readonly name: string;
  readonly password: string;
}

export const NOBODY: Second = { name: '', password: '' };

export const isNamed = ({ name, password }: Second): boolean => name !== '' && password !== '';

export function SecondPerson({ second, onChange }: { second: Second; onChange: (second: Second) => void }) {
  const t = useTranslations('payments');
  const code = useCode();
  return (
    <fieldset className={styles.second} data-testid="second-person">
      <legend>{t('second')}</legend>
      <p className="quiet">{code('refusal', 'SECOND_PERSON')}</p>
      <Field
        label={t('secondName')}
        autoComplete="off"
        value={second.name}
        onChange={(event) => onChange({ ...second, name: event.target.value })}
      />
      <Field
        label={t('secondPassword')}
        type="password"
        autoComplete="off"
        value={second.password}
        onChange={(event) => onChange({ ...second, password: event.target.value })}
      />
    </fieldset>
  );
}
