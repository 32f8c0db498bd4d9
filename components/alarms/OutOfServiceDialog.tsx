'use client';

import { useTranslations } from 'next-intl';
import { useState } from 'react';
import { ActDialog } from '../ui/ActDialog';
import { TextField } from '../ui/Field';
import { isNamed, NOBODY, SecondPerson } from '../ui/SecondPerson';
import { useAct } from '../ui/useAct';
import type { AlarmRow } from './incidents';
import { useAlarmWords } from './useAlarmWords';
import { usePlaceWords } from './usePlaceWords';

/** Takes one alarm out of service under a ticket; for P1 a second person consents. */
export function OutOfServiceDialog({ row, onClose }: { row: AlarmRow; onClose: () => void }) {
  const t = useTranslations('alarms');
  const act = useAct(['/ticket']);
  const [ticket, setTicket] = useState('');
  const [second, setSecond] = useState(NOBODY);
  const needsSecond = row.alarm.priority === 1;
  const blockedBy =
    ticket.trim() === ''
      ? t('ticketNeeded')
      : needsSecond && !isNamed(second)
        ? t('secondPerson')
        : undefined;
  const submit = async () => {
    const done = await act.run((to) =>
      to.alarms.takeOutOfService.mutate({
        id: Number(row.alarm.id),
        ticket: ticket.trim(),
        ...(needsSecond ? { second } : {}),
      }),
    );
    if (done) onClose();
  };
  return (
    <ActDialog
      title={t('outOfServiceTitle')}
      description={`${useAlarmWords()(row).title}, ${usePlaceWords()(row).title}`}
      submit={t('outOfServiceButton')}
      blockedBy={blockedBy}
      act={act}
      onSubmit={() => void submit()}
      onClose={onClose}
      testId="out-of-service-dialog"
    >
      <TextField
        label={t('ticket')}
        hint={t('ticketHint')}
        value={ticket}
        maxLength={200}
        onChange={(event) => setTicket(event.target.value)}
        error={act.errorAt('/ticket')}
      />
      {needsSecond && <SecondPerson legend={t('secondPerson')} second={second} onChange={setSecond} />}
      <p className="meta">{t('outOfServiceFoot')}</p>
    </ActDialog>
  );
}
