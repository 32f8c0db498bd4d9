'use client';

import { useTranslations } from 'next-intl';
import { useState } from 'react';
import { campusZone } from '../../domain/time/campusTime';
import { ActDialog } from '../ui/ActDialog';
import { Button } from '../ui/Button';
import { formatMonth, wallClock } from '../ui/formatTime';
import { useCampusZone } from '../ui/now';
import { Panel } from '../ui/Panel';
import { useAct } from '../ui/useAct';
import { useLang } from '../ui/useLang';
import styles from './tariffs.module.css';

/** Ended months that are shown, the newest first. */
const MONTHS = 12;

/** Months whose charges stand for good; an ended month may be locked, and is never opened again. */
export function MonthLocksPanel({
  locked,
  nowMs,
  mayLock,
}: {
  /** `YYYY-MM`. */
  locked: readonly string[];
  nowMs: number;
  mayLock: boolean;
}) {
  const t = useTranslations('tariffs');
  const lang = useLang();
  const iana = useCampusZone();
  const [asked, setAsked] = useState<string | null>(null);
  const months = endedMonths(nowMs, iana);
  const nameOf = (month: (typeof months)[number]) => formatMonth(month.startMs, iana, lang);
  const chosen = months.find(({ code }) => code === asked);
  return (
    <Panel title={t('locks')} testId="month-locks">
      <ul className={styles.locks}>
        {months.map((month) => {
          const isLocked = locked.includes(month.code);
          return (
            <li key={month.code} data-testid="month" data-month={month.code} data-locked={isLocked}>
              <span>{nameOf(month)}</span>
              {isLocked ? (
                <small>{t('locked')}</small>
              ) : mayLock ? (
                <Button size="small" onClick={() => setAsked(month.code)} data-testid="lock-month">
                  {t('lock')}
                </Button>
              ) : (
                <small>{t('open')}</small>
              )}
            </li>
          );
        })}
      </ul>
      {chosen && <LockDialog month={chosen.code} name={nameOf(chosen)} onClose={() => setAsked(null)} />}
    </Panel>
  );
}

function LockDialog({ month, name, onClose }: { month: string; name: string; onClose: () => void }) {
  const t = useTranslations('tariffs');
  const act = useAct();
  const send = async () => {
    if (await act.run((to) => to.tariffs.lockMonth.mutate({ month }))) onClose();
  };
  return (
    <ActDialog
      title={t('lockTitle', { month: name })}
      submit={t('lockIt', { month: name })}
      act={act}
      onSubmit={() => void send()}
      onClose={onClose}
      testId="lock-dialog"
    >
      <p>{t('lockWords')}</p>
    </ActDialog>
  );
}

function endedMonths(nowMs: number, iana: string): { code: string; startMs: number }[] {
  const zone = campusZone(iana);
  const now = wallClock(nowMs, iana);
  return Array.from({ length: MONTHS }, (_, i) => {
    const startMs = zone.utcOf(now.year, now.month - 1 - i, 1);
    const { year, month } = wallClock(startMs, iana);
    return { code: `${year}-${String(month).padStart(2, '0')}`, startMs };
  });
}
