'use client';

import { useTranslations } from 'next-intl';
import { type FormEvent, useState } from 'react';
import { useConnection } from '../live/LiveProvider';
import { Button } from '../ui/Button';
import { Field } from '../ui/Field';
import { Panel } from '../ui/Panel';
import { useAct } from '../ui/useAct';
import styles from './Control.module.css';
import type { BulkAsk, BulkPreview } from './controlTypes';

/** Asks for what the dry run showed: with a reason, and the number typed where a second person is needed. */
export function AskForm({
  ask,
  preview,
  onAsked,
}: {
  ask: BulkAsk;
  preview: BulkPreview;
  onAsked: (jobId: string) => void;
}) {
  const t = useTranslations('control.ask');
  const live = useTranslations('live');
  const { state: connection } = useConnection();
  const act = useAct(['/reason', '/confirmed']);
  // One key for this dry run: a second press of the button, or a repeat after a lost answer, makes no second job.
  const [requestKey] = useState(() => crypto.randomUUID());
  const [reason, setReason] = useState('');
  const [typed, setTyped] = useState('');
  const { eligible, held, secondPerson } = preview;
  const counted = !secondPerson || (typed.trim() !== '' && Number(typed) === eligible);
  const ready = reason.trim() !== '' && counted;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!ready) return;
    void act.run(async (client) => {
      const answer = await client.control.request.mutate({
        ...ask,
        reason: reason.trim(),
        confirmed: eligible,
        requestKey,
      });
      onAsked(answer.id);
    });
  };
  return (
    <Panel title={t('title')} padded>
      <form className={styles.form} onSubmit={submit} data-testid="ask-form">
        <p data-testid="second-person" data-needed={String(secondPerson)}>
          {t(secondPerson ? 'secondNeeded' : 'alone')}
        </p>
        <Field
          label={t('reason')}
          hint={t('reasonHint')}
          value={reason}
          maxLength={200}
          onChange={(event) => setReason(event.target.value)}
          error={act.errorAt('/reason')}
        />
        {secondPerson && (
          <Field
            label={t('count')}
            hint={t('countHint', { n: eligible })}
            inputMode="numeric"
            autoComplete="off"
            value={typed}
            onChange={(event) => setTyped(event.target.value)}
            error={act.errorAt('/confirmed')}
          />
        )}
        {act.refused && (
          <p role="alert" className={styles.refused} data-testid="refused">
            {act.refused}
          </p>
        )}
        <Button
          type="submit"
          variant="primary"
          size="control"
          breaker={ask.direction === 'CUT' ? 'open' : 'closed'}
          blockedBy={
            connection === 'offline'
              ? live('controlOffline')
              : eligible + held === 0
                ? t('nothing')
                : undefined
          }
          disabled={!ready || act.busy}
          data-testid="ask"
        >
          {t(secondPerson ? 'submitSecond' : 'submitAlone')}
        </Button>
      </form>
    </Panel>
  );
}
