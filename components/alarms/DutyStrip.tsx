'use client';

import { useTranslations } from 'next-intl';
import { useState } from 'react';
import { Button } from '../ui/Button';
import { Notice } from '../ui/states';
import { useAlarmSound } from './AlarmSound';
import styles from './DutyStrip.module.css';

/** Asked once after sign-in where the browser blocks sound: one press unlocks it and plays the test. */
export function DutyStrip() {
  const t = useTranslations('alarms');
  const { state, start } = useAlarmSound();
  const [later, setLater] = useState(false);
  if (state !== 'blocked' || later) return null;
  return (
    <div className={styles.strip}>
      <Notice
        strong
        testId="duty-strip"
        action={
          <span className={styles.actions}>
            <Button variant="primary" onClick={start}>
              {t('startDuty')}
            </Button>
            <Button onClick={() => setLater(true)}>{t('startLater')}</Button>
          </span>
        }
      >
        <b>{t('soundBlocked')}</b> {t('soundBlockedWords')}
      </Notice>
    </div>
  );
}
