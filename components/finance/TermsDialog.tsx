'use client';

import { useTranslations } from 'next-intl';
import { useState } from 'react';
import { ACCOUNT_CLASSES, type AccountClass } from '../../domain/supply/creditTerms';
import { fenTextFromMicro } from '../../domain/units';
import { ActDialog, FieldPair } from '../ui/ActDialog';
import { CheckField, Field, SelectField } from '../ui/Field';
import { isAmount, MoneyField } from '../ui/MoneyField';
import { isNamed, NOBODY, SecondPerson } from '../ui/SecondPerson';
import { useAct } from '../ui/useAct';
import { useCode } from '../ui/useCode';
import type { AccountData } from './financeTypes';

const WHOLE = /^\d{1,3}$/;

/** Agrees on class, grace and recovery plan: all of them as they hold from now on. Supply follows at once. */
export function TermsDialog({
  data,
  currency,
  onClose,
}: {
  data: AccountData;
  currency: string;
  onClose: () => void;
}) {
  const t = useTranslations('accounts');
  const code = useCode();
  const act = useAct(['/graceDays', '/graceLimit', '/recovery/percent', '/recovery/instalment']);
  const { terms } = data;
  const [kind, setKind] = useState<AccountClass>(terms.class);
  const [graceDays, setGraceDays] = useState(terms.graceDays === null ? '' : String(terms.graceDays));
  const [graceLimit, setGraceLimit] = useState(
    terms.graceLimitMicro === null ? '' : fenTextFromMicro(terms.graceLimitMicro),
  );
  const [planned, setPlanned] = useState(terms.recovery !== null);
  const [percent, setPercent] = useState(String(terms.recovery?.percent ?? 50));
  const [instalment, setInstalment] = useState(
    terms.recovery === null ? '' : fenTextFromMicro(terms.recovery.instalmentMicro),
  );
  const [second, setSecond] = useState(NOBODY);
  const special = kind === 'SPECIAL';
  const blockedBy =
    special && graceDays.trim() !== '' && !WHOLE.test(graceDays.trim())
      ? code('refusal', 'GRACE_DAYS')
      : special && graceLimit.trim() !== '' && !isAmount(graceLimit, 12, true)
        ? code('refusal', 'GRACE_LIMIT')
        : planned && !WHOLE.test(percent.trim())
          ? code('refusal', 'PERCENT')
          : planned && !isAmount(instalment, 12, true)
            ? code('refusal', 'INSTALMENT')
            : isNamed(second)
              ? undefined
              : code('refusal', 'TWO_PERSONS');
  const send = async () => {
    const done = await act.run((to) =>
      to.credit.setTerms.mutate({
        accountCode: data.account.code,
        class: kind,
        graceDays: special && graceDays.trim() !== '' ? Number(graceDays) : null,
        graceLimit: special && graceLimit.trim() !== '' ? graceLimit.trim() : null,
        recovery: planned ? { percent: Number(percent), instalment: instalment.trim() } : null,
        second,
      }),
    );
    if (done) onClose();
  };
  return (
    <ActDialog
      title={t('termsOf', { account: data.account.code })}
      description={t('termsWords')}
      submit={t('agree')}
      blockedBy={blockedBy}
      act={act}
      onSubmit={() => void send()}
      onClose={onClose}
      testId="terms-dialog"
    >
      <SelectField
        label={t('class')}
        hint={t(`classWords.${kind}`)}
        value={kind}
        onChange={(event) => setKind(event.target.value as AccountClass)}
      >
        {ACCOUNT_CLASSES.map((one) => (
          <option key={one} value={one}>
            {code('accountClass', one)}
          </option>
        ))}
      </SelectField>
      {special && (
        <FieldPair>
          <Field
            label={t('graceDaysLabel')}
            hint={t('graceDaysHint')}
            inputMode="numeric"
            value={graceDays}
            onChange={(event) => setGraceDays(event.target.value)}
            error={act.errorAt('/graceDays')}
          />
          <MoneyField
            label={t('graceLimitLabel')}
            hint={t('graceLimitHint')}
            currency={currency}
            value={graceLimit}
            onText={setGraceLimit}
            error={act.errorAt('/graceLimit')}
          />
        </FieldPair>
      )}
      <CheckField
        label={t('withPlan')}
        checked={planned}
        onChange={(event) => setPlanned(event.target.checked)}
      />
      {planned && (
        <FieldPair>
          <Field
            label={t('percentLabel')}
            hint={t('percentHint')}
            inputMode="numeric"
            suffix="%"
            value={percent}
            onChange={(event) => setPercent(event.target.value)}
            error={act.errorAt('/recovery/percent')}
          />
          <MoneyField
            label={t('instalmentLabel')}
            hint={t('instalmentHint')}
            currency={currency}
            value={instalment}
            onText={setInstalment}
            error={act.errorAt('/recovery/instalment')}
          />
        </FieldPair>
      )}
      <SecondPerson words={code('refusal', 'TWO_PERSONS')} second={second} onChange={setSecond} />
    </ActDialog>
  );
}
