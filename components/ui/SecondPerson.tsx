'use client';

import { useTranslations } from 'next-intl';
import type { ReactNode } from 'react';
import { Field } from './Field';
import styles from './SecondPerson.module.css';

/** Who consents beside the one who is signed in, by sign-in name and password on the same screen. */
export interface Second {
  readonly name: string;
  readonly password: string;
}

export const NOBODY: Second = { name: '', password: '' };

/** Refusals after which the form asks for the second person, again where the name or password was wrong. */
export const TAKES_TWO: readonly string[] = [
  'SECOND_PERSON',
  'DESK_DAY',
  'SECOND_PERSON_WRONG',
  'SECOND_MAY_NOT',
];

export const isNamed = ({ name, password }: Second): boolean => name !== '' && password !== '';

/** Asks for the second person of an act. Nobody is signed in by it. */
export function SecondPerson({
  legend,
  words,
  second,
  onChange,
}: {
  /** Default: that it is the second person. */
  legend?: ReactNode;
  /** Why it takes two. */
  words?: ReactNode;
  second: Second;
  onChange: (second: Second) => void;
}) {
  const t = useTranslations('common');
  return (
    <fieldset className={styles.second} data-testid="second-person">
      <legend>{legend ?? t('secondPerson')}</legend>
      {words && <p className="quiet">{words}</p>}
      <Field
        label={t('userName')}
        autoComplete="off"
        value={second.name}
        onChange={(event) => onChange({ ...second, name: event.target.value })}
      />
      <Field
        label={t('password')}
        type="password"
        autoComplete="off"
        value={second.password}
        onChange={(event) => onChange({ ...second, password: event.target.value })}
      />
    </fieldset>
  );
}
