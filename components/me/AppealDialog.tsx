'use client';

import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import { useState } from 'react';
import { refusalOf } from '../live/refusal';
import { useTRPC } from '../live/trpc';
import { TextField } from '../ui/Field';
import { FormDialog } from '../ui/FormDialog';
import { formatPower } from '../ui/format';
import { useCode } from '../ui/useCode';

/** Contests a forbidden load: which appliance it was, and what its plate says. */
export function AppealDialog({
  room,
  noticeId,
  stepW,
  onSent,
  onClose,
}: {
  room: string;
  noticeId: number;
  stepW: number | null;
  onSent: () => void;
  onClose: () => void;
}) {
  const t = useTranslations('me.appeal');
  const code = useCode();
  const trpc = useTRPC();
  const queries = useQueryClient();
  const [appliance, setAppliance] = useState('');
  const [power, setPower] = useState('');
  const powerOk = power === '' || (/^[1-9]\d{0,4}$/.test(power) && Number(power) <= 20_000);
  const send = useMutation(
    trpc.me.appealLoad.mutationOptions({
      onSuccess: () => {
        void queries.invalidateQueries({ queryKey: trpc.me.home.queryKey() });
        onSent();
        onClose();
      },
    }),
  );
  const submit = () => {
    if (appliance.trim() === '' || !powerOk) return;
    send.mutate({
      room,
      noticeId,
      appliance: appliance.trim(),
      powerW: power === '' ? null : Number(power),
    });
  };
  return (
    <FormDialog
      title={t('title')}
      description={stepW === null ? t('words') : t('wordsMeasured', { power: formatPower(stepW, 'room') })}
      size="phone"
      submit={t('send')}
      disabled={send.isPending || appliance.trim() === '' || !powerOk}
      onSubmit={submit}
      onClose={onClose}
      testId="appeal-dialog"
    >
      <TextField
        label={t('appliance')}
        hint={t('applianceHint')}
        value={appliance}
        maxLength={80}
        onChange={(event) => setAppliance(event.target.value)}
        error={send.error ? code('refusal', refusalOf(send.error).reason) : undefined}
      />
      <TextField
        label={t('power')}
        inputMode="numeric"
        value={power}
        onChange={(event) => setPower(event.target.value.trim())}
        error={powerOk ? undefined : t('powerRange')}
      />
    </FormDialog>
  );
}
