'use client';

import { useTranslations } from 'next-intl';
import { useState } from 'react';
import { Button } from '../ui/Button';
import type { Dispute } from '../ui/disputeTypes';
import { TextField } from '../ui/Field';
import { useAct } from '../ui/useAct';
import styles from './DisputeView.module.css';

/** Takes a rejected objection up again as a dispute of its own, which somebody else decides. */
export function TakeUpAgain({ dispute, onOpened }: { dispute: Dispute; onOpened: (id: string) => void }) {
  const t = useTranslations('disputes');
  const act = useAct(['/reason']);
  const [reason, setReason] = useState('');
  const open = async () => {
    let id = '';
    const done = await act.run(async (client) => {
      ({ id } = await client.disputes.open.mutate({ chargeId: String(dispute.chargeId), reason }));
    });
    // By now the list holds it.
    if (done) onOpened(id);
  };
  return (
    <section className={styles.decision} data-testid="take-up-again">
      <h3>{t('again')}</h3>
      <p className="meta">{t('againWords')}</p>
      <TextField
        label={t('againWhy')}
        value={reason}
        maxLength={500}
        error={act.errorAt('/reason')}
        onChange={(event) => setReason(event.target.value)}
      />
      <div className={styles.actions}>
        <Button disabled={act.busy || reason.trim() === ''} onClick={() => void open()}>
          {t('againButton')}
        </Button>
      </div>
      {act.refused && <p role="alert">{act.refused}</p>}
    </section>
  );
}
