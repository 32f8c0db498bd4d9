'use client';

import { useTranslations } from 'next-intl';
import { useState } from 'react';
import { ActDialog } from '../ui/ActDialog';
import { Field } from '../ui/Field';
import { isAmount, MoneyField } from '../ui/MoneyField';
import { useAct } from '../ui/useAct';

const CODE = /^[A-Za-z0-9_-]{1,32}$/;

/** Opens a fund. It pays nothing until a subsidy of it is approved. */
export function FundDialog({ currency, onClose }: { currency: string; onClose: () => void }) {
  const t = useTranslations('accounts');
  const act = useAct(['/budget']);
  const [form, setForm] = useState({ code: '', name: '', nameEn: '', budget: '' });
  const set = (key: keyof typeof form) => (event: { target: { value: string } }) =>
    setForm({ ...form, [key]: event.target.value });
  const blockedBy = !CODE.test(form.code.trim())
    ? t('codeNeeded')
    : form.name.trim() === ''
      ? t('nameNeeded')
      : form.budget.trim() !== '' && !isAmount(form.budget, 12, true)
        ? t('amountNeeded')
        : undefined;
  const send = async () => {
    const done = await act.run((to) =>
      to.credit.openFund.mutate({
        code: form.code.trim(),
        name: form.name.trim(),
        nameEn: form.nameEn.trim() === '' ? null : form.nameEn.trim(),
        budget: form.budget.trim() === '' ? null : form.budget.trim(),
      }),
    );
    if (done) onClose();
  };
  return (
    <ActDialog
      title={t('newFund')}
      description={t('fundWords')}
      submit={t('openFund')}
      blockedBy={blockedBy}
      act={act}
      onSubmit={() => void send()}
      onClose={onClose}
      testId="fund-dialog"
    >
      <Field
        label={t('code')}
        hint={t('codeHint')}
        autoComplete="off"
        maxLength={32}
        value={form.code}
        onChange={set('code')}
      />
      <Field label={t('name')} autoComplete="off" maxLength={120} value={form.name} onChange={set('name')} />
      <Field
        label={t('nameEn')}
        autoComplete="off"
        maxLength={120}
        value={form.nameEn}
        onChange={set('nameEn')}
      />
      <MoneyField
        label={t('budget')}
        hint={t('budgetHint')}
        currency={currency}
        value={form.budget}
        onText={(budget) => setForm({ ...form, budget })}
        error={act.errorAt('/budget')}
      />
    </ActDialog>
  );
}
