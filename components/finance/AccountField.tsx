'use client';

import { useQuery } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import { useId } from 'react';
import { useTRPC } from '../live/trpc';
import { Field } from '../ui/Field';

/** The code of an account, with those that fit what was typed so far. */
export function AccountField({
  value,
  onChange,
  error,
  testId,
}: {
  value: string;
  onChange: (code: string) => void;
  error?: string;
  testId?: string;
}) {
  const t = useTranslations('accounts');
  const list = useId();
  const trpc = useTRPC();
  const text = value.trim();
  const { data } = useQuery(
    trpc.finance.accounts.queryOptions({ text }, { enabled: text.length > 1, placeholderData: (old) => old }),
  );
  const exact = data?.find(({ code }) => code === text);
  return (
    <>
      <Field
        label={t('account')}
        hint={exact ? (exact.spaceCode ?? exact.name ?? '') : t('accountHint')}
        list={list}
        required
        autoComplete="off"
        maxLength={64}
        value={value}
        onChange={(event) => onChange(event.target.value)}
        error={error}
        data-testid={testId}
      />
      <datalist id={list}>
        {data?.map(({ code, spaceCode, name }) => (
          <option key={code} value={code}>
            {spaceCode ?? name ?? code}
          </option>
        ))}
      </datalist>
    </>
  );
}
