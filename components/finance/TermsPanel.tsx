'use client';

import { useTranslations } from 'next-intl';
import { type ReactNode, useState } from 'react';
import { Button } from '../ui/Button';
import { formatMoney, formatPercent } from '../ui/format';
import { formatDateTime } from '../ui/formatTime';
import { useCampusZone } from '../ui/now';
import { Panel } from '../ui/Panel';
import { useCode } from '../ui/useCode';
import { useLang } from '../ui/useLang';
import styles from './AccountPage.module.css';
import type { AccountData } from './financeTypes';
import { TermsDialog } from './TermsDialog';

/** What is agreed with an account about its credit, and what of it holds now. */
export function TermsPanel({
  data,
  currency,
  closed,
}: {
  data: AccountData;
  currency: string;
  /** Why nothing can be agreed with it any more. */
  closed: string | undefined;
}) {
  const t = useTranslations('accounts');
  const code = useCode();
  const lang = useLang();
  const zone = useCampusZone();
  const [changing, setChanging] = useState(false);
  const { terms, standing } = data;
  const { grace, recovery, emergencyCredit: ec, earlyTrip, noCut } = standing;
  const money = (micro: string | bigint) => formatMoney(micro, { currency });
  const time = (ms: number) => formatDateTime(ms, zone, lang);
  const facts: { term: string; fact: ReactNode; note?: ReactNode }[] = [
    { term: t('class'), fact: code('accountClass', terms.class), note: t(`classWords.${terms.class}`) },
    {
      term: t('grace'),
      fact:
        terms.graceDays === null && terms.graceLimitMicro === null
          ? t('none')
          : [
              terms.graceDays === null ? null : t('graceDays', { n: terms.graceDays }),
              terms.graceLimitMicro === null
                ? null
                : t('graceLimit', { limit: money(terms.graceLimitMicro) }),
            ]
              .filter(Boolean)
              .join(' · '),
      note: grace?.untilMs
        ? t('until', { time: time(grace.untilMs) })
        : terms.graceDays === null
          ? undefined
          : t('graceBegins'),
    },
    {
      term: t('recovery'),
      fact: recovery
        ? t('recoveryWords', {
            percent: formatPercent(recovery.percent),
            instalment: money(recovery.instalmentMicro),
          })
        : t('none'),
      note: !recovery
        ? undefined
        : standing.balance.arrearsMicro === '0'
          ? t('recoveryNotNeeded')
          : t(recovery.paid ? 'recoveryKept' : 'recoveryBroken', {
              paid: money(recovery.recoveredMicro),
              due: money(recovery.dueMicro),
            }),
    },
    {
      term: t('emergency'),
      fact: ec ? code('emergencyCredit', ec.state) : t('none'),
      note: ec
        ? t('ecAllowance', { limit: money(ec.limitMicro), at: money(ec.offeredAtMicro) })
        : t('ecByPolicy'),
    },
    {
      term: t('earlyTrip'),
      fact: earlyTrip ? t('earlyTripAt', { at: money(earlyTrip.atMicro) }) : t('none'),
    },
    {
      term: t('noCut'),
      fact: noCut ? t(`noCutKinds.${noCut.kind}`) : t('none'),
      note: noCut ? t('until', { time: time(noCut.untilMs) }) : undefined,
    },
    ...standing.points.map((point) => ({
      term: point.code,
      fact: `${code('utility', point.utility)}: ${code('position', point.position)}`,
      note: [
        t('protectionIs', { protection: code('protection', point.protection) }),
        code('disconnectRule', point.decision.rule),
      ].join(' · '),
    })),
  ];
  return (
    <Panel
      title={t('terms')}
      testId="terms"
      actions={
        <Button
          size="small"
          onClick={() => setChanging(true)}
          disabled={closed !== undefined}
          title={closed}
          data-testid="change-terms"
        >
          {t('change')}
        </Button>
      }
    >
      <dl className={styles.facts}>
        {facts.map(({ term, fact, note }) => (
          <div key={term}>
            <dt>{term}</dt>
            <dd>
              {fact}
              {note && <small>{note}</small>}
            </dd>
          </div>
        ))}
      </dl>
      {changing && <TermsDialog data={data} currency={currency} onClose={() => setChanging(false)} />}
    </Panel>
  );
}
