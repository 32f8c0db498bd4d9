'use client';

import { useMutation } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import { type FormEvent, useId, useState } from 'react';
import { refusalOf } from '../live/refusal';
import { useTRPC } from '../live/trpc';
import { Button } from '../ui/Button';
import { Dialog } from '../ui/Dialog';
import { Field, TextField } from '../ui/Field';
import { useCode } from '../ui/useCode';
import styles from './Dialogs.module.css';
import type { AlarmRow } from './incidents';
import { useAlarmWords } from './useAlarmWords';
import { usePlaceWords } from './usePlaceWords';

/** Takes one alarm out of service under a ticket; for P1 a second person consents. */
export function OutOfServiceDialog({ row, onClose }: { row: AlarmRow; onClose: () => void }) {
  const t = useTranslations('alarms');
  const common = useTranslations('common');
  const code = useCode();
  const trpc = useTRPC();
  const form = useId();
  const [ticket, setTicket] = useState('');
  const [second, setSecond] = useState({ name: '', password: '' });
  const [asked, setAsked] = useState(false);
  const take = useMutation(trpc.alarms.takeOutOfService.mutationOptions({ onSuccess: onClose }));
  const needsSecond = row.alarm.priority === 1;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setAsked(true);
    if (ticket.trim() === '') return;
    take.mutate({
      id: Number(row.alarm.id),
      ticket: ticket.trim(),
      ...(needsSecond ? { second } : {}),
    });
  };
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={t('outOfServiceTitle')}
      description={`${useAlarmWords()(row).title}, ${usePlaceWords()(row).title}`}
      testId="out-of-service-dialog"
      actions={
        <>
          <Button type="submit" form={form} variant="primary" size="control" disabled={take.isPending}>
            {t('outOfServiceButton')}
          </Button>
          <Button size="control" onClick={onClose}>
            {common('cancel')}
          </Button>
        </>
      }
    >
      <form id={form} className={styles.form} onSubmit={submit} noValidate>
        <TextField
          label={t('ticket')}
          hint={t('ticketHint')}
          value={ticket}
          maxLength={200}
          onChange={(event) => setTicket(event.target.value)}
          error={asked && ticket.trim() === '' ? t('ticketNeeded') : undefined}
        />
        {needsSecond && (
          <fieldset className={styles.second}>
            <legend>{t('secondPerson')}</legend>
            <Field
              label={t('secondName')}
              autoComplete="off"
              value={second.name}
              onChange={(event) => setSecond({ ...second, name: event.target.value })}
            />
            <Field
              label={t('secondPassword')}
              type="password"
              autoComplete="off"
              value={second.password}
              onChange={(event) => setSecond({ ...second, password: event.target.value })}
            />
          </fieldset>
        )}
        {take.error && (
          <p role="alert" className={styles.error}>
            {code('refusal', refusalOf(take.error).reason)}
          </p>
        )}
        <p className="meta">{t('outOfServiceFoot')}</p>
      </form>
    </Dialog>
  );
}
