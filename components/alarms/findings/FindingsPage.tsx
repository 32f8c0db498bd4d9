'use client';

import { useQuery } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import { useRef } from 'react';
import { useTRPC } from '../../live/trpc';
import { ButtonLink } from '../../ui/Button';
import { formatMoney } from '../../ui/format';
import { PageHead } from '../../ui/PageHead';
import { Panel } from '../../ui/Panel';
import { EmptyState, Notice } from '../../ui/states';
import { useUrlValue } from '../../ui/useUrlValue';
import { FindingPane } from './FindingPane';
import styles from './Findings.module.css';
import { FindingTable } from './FindingTable';
import type { Findings } from './findingTypes';

const REFRESH_MS = 30_000;

/** `/alarms/findings`: use that is not as it should be, by what it costs, each with its evidence and a person's verdict. */
export function FindingsPage({ initial }: { initial: Findings }) {
  const t = useTranslations('findings');
  const trpc = useTRPC();
  const [chosen, setChosen] = useUrlValue('id');
  const pane = useRef<HTMLDivElement>(null);
  // On a phone the evidence stands below the list.
  const choose = (id: string) => {
    setChosen(id);
    requestAnimationFrame(() => pane.current?.scrollIntoView({ block: 'nearest' }));
  };
  const { data, isError } = useQuery(
    trpc.findings.list.queryOptions(undefined, {
      initialData: initial,
      refetchInterval: REFRESH_MS,
      staleTime: 0,
    }),
  );
  const { findings, worthMicro, currency, days } = data;
  const open = findings.find(({ id }) => id === chosen) ?? findings[0] ?? null;
  return (
    <>
      <PageHead
        title={
          worthMicro === null
            ? t('headline', { n: findings.length, days })
            : t('headlineWorth', { n: findings.length, days, worth: formatMoney(worthMicro, { currency }) })
        }
        words={t('words')}
        actions={<ButtonLink href="/alarms">{t('toAlarms')}</ButtonLink>}
      />
      {isError && <Notice strong>{t('unreachable')}</Notice>}
      {findings.length === 0 ? (
        <Panel title={t('list')}>
          <EmptyState title={t('none')}>{t('noneWords', { days })}</EmptyState>
        </Panel>
      ) : (
        <div className={styles.split}>
          <Panel title={t('list')} meta={t('price')} testId="findings">
            <FindingTable findings={data} chosen={open?.id ?? null} onChoose={choose} />
          </Panel>
          <div ref={pane} className={styles.pane}>
            {open && <FindingPane key={open.id} finding={open} />}
          </div>
        </div>
      )}
    </>
  );
}
