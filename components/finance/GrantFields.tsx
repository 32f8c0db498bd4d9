'use client';

import { useTranslations } from 'next-intl';
import { FieldPair } from '../ui/ActDialog';
import { Field, SelectField } from '../ui/Field';
import { useName } from '../ui/useName';
import type { Fund } from './financeTypes';

/** Fields that money and units share: the fund, from when to when, and until when it may be used. */
export interface GrantSpan {
  readonly code: string;
  readonly fund: string;
  /** `YYYY-MM-DD`; `lastDay` and `usable` may be empty. */
  readonly firstDay: string;
  readonly lastDay: string;
  readonly usable: string;
}

export function FundFields({
  span,
  funds,
  set,
}: {
  span: GrantSpan;
  funds: readonly Fund[];
  set: (change: Partial<GrantSpan>) => void;
}) {
  const t = useTranslations('accounts');
  const nameOf = useName();
  const fund = funds.find(({ code }) => code === span.fund);
  return (
    <FieldPair>
      <SelectField
        label={t('fund')}
        hint={fund?.stoppedMs == null ? undefined : t('fundStopped')}
        value={span.fund}
        onChange={(event) => set({ fund: event.target.value })}
      >
        {funds.map((one) => (
          <option key={one.code} value={one.code}>
            {nameOf(one)}
          </option>
        ))}
      </SelectField>
      <Field
        label={t('code')}
        hint={t('grantCodeHint')}
        autoComplete="off"
        maxLength={32}
        value={span.code}
        onChange={(event) => set({ code: event.target.value })}
      />
    </FieldPair>
  );
}

export function SpanFields({
  span,
  set,
  errorAt,
}: {
  span: GrantSpan;
  set: (change: Partial<GrantSpan>) => void;
  errorAt: (field: string) => string | undefined;
}) {
  const t = useTranslations('accounts');
  return (
    <>
      <FieldPair>
        <Field
          label={t('firstDay')}
          type="date"
          value={span.firstDay}
          onChange={(event) => set({ firstDay: event.target.value })}
          error={errorAt('/from')}
        />
        <Field
          label={t('lastDay')}
          hint={t('emptyOpen')}
          type="date"
          value={span.lastDay}
          onChange={(event) => set({ lastDay: event.target.value })}
          error={errorAt('/to')}
        />
      </FieldPair>
      <Field
        label={t('usableThrough')}
        hint={t('usableHint')}
        type="date"
        value={span.usable}
        onChange={(event) => set({ usable: event.target.value })}
        error={errorAt('/expires')}
      />
    </>
  );
}
