'use client';

import Link from 'next/link';
import { useTranslations } from 'next-intl';
import type { ReactNode } from 'react';
import { Button } from '../ui/Button';
import { exactMicro } from '../ui/exact';
import { formatMoney, withUnit } from '../ui/format';
import { formatDateTime } from '../ui/formatTime';
import { useCampusZone } from '../ui/now';
import { Panel } from '../ui/Panel';
import { EmptyState, Notice } from '../ui/states';
import { useAct } from '../ui/useAct';
import { useLang } from '../ui/useLang';
import styles from './AccountPage.module.css';
import type { Grants } from './financeTypes';
import { type GrantRow, grantRows } from './grantRows';

/** Subsidies, free units and gifts: what one drafted waits for another; what was decided stays to be read. */
export function GrantsPanel({
  title,
  grants,
  currency,
  only,
  actions,
}: {
  title: string;
  grants: Grants;
  currency: string;
  /** Shows what waits alone. */
  only?: 'DRAFT';
  actions?: ReactNode;
}) {
  const t = useTranslations('accounts');
  const rows = grantRows(grants).filter(({ state }) => only === undefined || state === only);
  return (
    <Panel title={title} actions={actions} testId="grants">
      {rows.length === 0 ? (
        <EmptyState title={t(only ? 'nothingWaits' : 'noGrants')}>{t('noGrantsWords')}</EmptyState>
      ) : (
        rows.map((row) => (
          <GrantArticle key={row.key} row={row} currency={currency} named={only !== undefined} />
        ))
      )}
    </Panel>
  );
}

function GrantArticle({ row, currency, named }: { row: GrantRow; currency: string; named: boolean }) {
  const t = useTranslations('accounts');
  const lang = useLang();
  const zone = useCampusZone();
  const act = useAct();
  const time = (ms: number) => formatDateTime(ms, zone, lang, { year: true });
  const quantity =
    row.kind === 'UNITS'
      ? withUnit(exactMicro(row.quantityMicro), row.utility === 'ELECTRICITY' ? 'kWh' : 'm³')
      : formatMoney(row.quantityMicro, { currency });
  const facts = [
    row.kind === 'GIFT' ? null : t(row.monthly ? 'eachMonth' : 'once'),
    row.perHead ? t('perHead') : null,
    row.carryOver ? t('rollsOver') : null,
    row.fundCode === null ? null : t('fromFund', { fund: row.fundCode }),
    row.fromMs === null ? null : t('from', { time: time(row.fromMs) }),
    row.toMs === null ? null : t('until', { time: time(row.toMs) }),
    row.expiresMs === null ? null : t('usableUntil', { time: time(row.expiresMs) }),
  ].filter((fact) => fact !== null);
  const decide = (approve: boolean) =>
    void act.run((to) => {
      if (row.giftId !== null) return to.credit.decideGift.mutate({ id: row.giftId, approve });
      if (row.kind === 'UNITS') return to.tariffs.decideUnits.mutate({ code: row.code, approve });
      return to.credit.decideSubsidy.mutate({ code: row.code, approve });
    });
  return (
    <article
      className={styles.grant}
      data-testid="grant"
      data-kind={row.kind.toLowerCase()}
      data-state={row.state.toLowerCase()}
      data-code={row.code}
    >
      <h3>
        {t(`kinds.${row.kind}`)} {quantity} <small>{t(`grantStates.${row.state}`)}</small>
      </h3>
      <p>
        {named && (
          <>
            <Link className={styles.link} href={`/finance/accounts/${encodeURIComponent(row.accountCode)}`}>
              {row.accountCode}
            </Link>
            {facts.length > 0 && ' · '}
          </>
        )}
        {facts.join(' · ')}
      </p>
      <p className={styles.note}>{row.note}</p>
      <p className="meta">
        {row.kind !== 'GIFT' && `${row.code} · `}
        {t('draftedBy', { name: row.draftedByName })}
        {row.decidedByName !== null &&
          ` · ${t(row.state === 'REJECTED' ? 'rejectedBy' : 'decidedBy', { name: row.decidedByName })}`}
      </p>
      {row.state === 'DRAFT' && (
        <div className={styles.decision}>
          <Button
            variant="primary"
            onClick={() => decide(true)}
            disabled={act.busy}
            blockedBy={row.isOwn ? t('ownDraft') : undefined}
            data-testid="approve-grant"
          >
            {t('approve')}
          </Button>
          <Button onClick={() => decide(false)} disabled={act.busy} data-testid="reject-grant">
            {t(row.isOwn ? 'withdraw' : 'reject')}
          </Button>
        </div>
      )}
      {act.refused && <Notice strong>{act.refused}</Notice>}
    </article>
  );
}
