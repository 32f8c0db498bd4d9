'use client';

import { useTranslations } from 'next-intl';
import { useState } from 'react';
import { DOWNGRADE_BELOW, DOWNGRADE_FROM } from '../../domain/alarms/downgrade';
import { ActDialog } from '../ui/ActDialog';
import { Button } from '../ui/Button';
import { TextField } from '../ui/Field';
import { formatPercent } from '../ui/format';
import { formatMoment } from '../ui/formatTime';
import { useCampusZone, useNow } from '../ui/now';
import { useAct } from '../ui/useAct';
import { useLang } from '../ui/useLang';
import styles from './Rules.module.css';
import type { Downgrade } from './ruleTypes';

/** Where the rule was wrong too often and only tells, until a person lifts it; and who lifted it before. */
export function DowngradesPart({
  downgrades,
  mayLift,
}: {
  downgrades: readonly Downgrade[];
  mayLift: boolean;
}) {
  const t = useTranslations('rules');
  const lang = useLang();
  const zone = useCampusZone();
  const now = useNow();
  const [lifting, setLifting] = useState<Downgrade | null>(null);
  const moment = (at: number) => formatMoment(at, now, zone, lang);
  return (
    <div className={styles.part} data-testid="rule-downgrades">
      <h3>{t('downgrades')}</h3>
      <p className={styles.words}>
        {t('downgradeRule', { n: DOWNGRADE_FROM, share: formatPercent(DOWNGRADE_BELOW * 100) })}
      </p>
      <ul className={styles.list}>
        {downgrades.map((one) => (
          <li key={one.id} data-testid="downgrade" data-lifted={one.liftedMs !== null}>
            <span>
              <b>{one.building ?? t('noBuilding')}</b>{' '}
              {t('downgraded', { right: one.right, counted: one.counted, time: moment(one.sinceMs) })}
              {one.liftedMs !== null && (
                <small>
                  {t('lifted', {
                    name: one.liftedBy ?? '',
                    time: moment(one.liftedMs),
                    note: one.liftNote ?? '',
                  })}
                </small>
              )}
            </span>
            {mayLift && one.liftedMs === null && (
              <Button size="small" onClick={() => setLifting(one)}>
                {t('lift')}
              </Button>
            )}
          </li>
        ))}
      </ul>
      {lifting && <LiftDialog downgrade={lifting} onClose={() => setLifting(null)} />}
    </div>
  );
}

function LiftDialog({ downgrade, onClose }: { downgrade: Downgrade; onClose: () => void }) {
  const t = useTranslations('rules');
  const act = useAct(['/note']);
  const [note, setNote] = useState('');
  const submit = async () => {
    const done = await act.run((client) =>
      client.rules.liftDowngrade.mutate({ id: downgrade.id, note: note.trim() }),
    );
    if (done) onClose();
  };
  return (
    <ActDialog
      title={t('liftTitle', { building: downgrade.building ?? t('noBuilding') })}
      description={t('liftWords')}
      submit={t('lift')}
      blockedBy={note.trim() === '' ? t('noteNeeded') : undefined}
      act={act}
      onSubmit={() => void submit()}
      onClose={onClose}
      testId="lift-dialog"
    >
      <TextField
        label={t('liftNote')}
        value={note}
        maxLength={200}
        onChange={(event) => setNote(event.target.value)}
        error={act.errorAt('/note')}
      />
    </ActDialog>
  );
}
