'use client';

import { useTranslations } from 'next-intl';
import { useState } from 'react';
import { Button } from '../ui/Button';
import { LONG_DASH } from '../ui/format';
import { Panel } from '../ui/Panel';
import { PhoneFold } from '../ui/PhoneFold';
import { EmptyState } from '../ui/states';
import { Table } from '../ui/Table';
import { useAct } from '../ui/useAct';
import { useActor } from '../ui/useActor';
import { useCode } from '../ui/useCode';
import styles from './Control.module.css';
import type { ControlOverview } from './controlTypes';
import { ProposeProtection } from './ProposeProtection';
import { RoomLink } from './RoomLink';

/** What is never cut, who answers for it, and the changes that wait for a second person. */
export function ProtectionPanel({ data }: { data: ControlOverview }) {
  const t = useTranslations('control.protection');
  const code = useCode();
  const [proposing, setProposing] = useState(false);
  const { protectedPoints, proposals, rights } = data;
  return (
    <Panel
      title={t('title')}
      meta={t('meta')}
      testId="protected-list"
      actions={
        rights.propose && (
          <Button size="small" onClick={() => setProposing(true)}>
            {t('propose')}
          </Button>
        )
      }
    >
      {proposals.length > 0 && <Proposals data={data} />}
      {protectedPoints.length === 0 ? (
        <EmptyState title={t('none')}>{t('noneWords')}</EmptyState>
      ) : (
        <PhoneFold n={protectedPoints.length}>
          <Table
            caption={t('title')}
            rows={protectedPoints}
            rowKey={({ pointCode }) => pointCode}
            cards
            columns={[
              {
                key: 'point',
                header: t('point'),
                rowHeader: true,
                cell: (point) => (
                  <>
                    <RoomLink space={point.space}>{point.space}</RoomLink>
                    <small>{point.pointCode}</small>
                  </>
                ),
              },
              { key: 'kind', header: t('kind'), cell: (point) => code('protection', point.protection) },
              {
                key: 'owner',
                header: t('owner'),
                cell: (point) => [point.owner, point.phone].filter(Boolean).join(' ') || LONG_DASH,
              },
            ]}
          />
        </PhoneFold>
      )}
      {proposing && <ProposeProtection onClose={() => setProposing(false)} />}
    </Panel>
  );
}

function Proposals({ data: { proposals, rights } }: { data: ControlOverview }) {
  const t = useTranslations('control.protection');
  const code = useCode();
  const actor = useActor();
  const act = useAct();
  const decide = (id: number, decision: 'APPROVED' | 'REJECTED' | 'WITHDRAWN') =>
    void act.run((client) => client.control.decideProtection.mutate({ id, decision }));
  return (
    <div className={styles.group}>
      <h3>{t('proposals')}</h3>
      {act.refused && (
        <p role="alert" className={styles.refused}>
          {act.refused}
        </p>
      )}
      <Table
        caption={t('proposals')}
        rows={proposals}
        rowKey={({ id }) => String(id)}
        density="roomy"
        cards
        rowProps={(row) => ({ 'data-testid': 'proposal', 'data-state': row.state.toLowerCase() })}
        columns={[
          {
            key: 'point',
            header: t('point'),
            rowHeader: true,
            cell: (row) => (
              <>
                {row.pointCode}
                <small>
                  {t('change', {
                    before: code('protection', row.before),
                    after: code('protection', row.after),
                  })}
                </small>
              </>
            ),
          },
          {
            key: 'by',
            header: t('proposedBy'),
            cell: (row) => (
              <>
                {actor(row.proposedBy)}
                <small>{row.reason ?? t('reasonKept')}</small>
              </>
            ),
          },
          {
            key: 'act',
            header: '',
            width: '170px',
            cell: (row) => {
              if (row.state !== 'PENDING') return t(`decision.${row.state}`);
              const own = row.proposerId === rights.userId;
              if (own)
                return (
                  <Button size="small" disabled={act.busy} onClick={() => decide(row.id, 'WITHDRAWN')}>
                    {t('withdraw')}
                  </Button>
                );
              if (!rights.approveProtection) return t('decision.PENDING');
              return (
                <span className={styles.acts}>
                  <Button size="small" disabled={act.busy} onClick={() => decide(row.id, 'APPROVED')}>
                    {t('approve')}
                  </Button>
                  <Button size="small" disabled={act.busy} onClick={() => decide(row.id, 'REJECTED')}>
                    {t('reject')}
                  </Button>
                </span>
              );
            },
          },
        ]}
      />
    </div>
  );
}
