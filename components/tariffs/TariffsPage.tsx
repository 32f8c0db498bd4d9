'use client';

import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import type { ReactNode } from 'react';
import { useTRPC } from '../live/trpc';
import { Button } from '../ui/Button';
import { SelectField } from '../ui/Field';
import { PageHead } from '../ui/PageHead';
import { EmptyState, ErrorState, Skeleton } from '../ui/states';
import { useCode } from '../ui/useCode';
import { useName } from '../ui/useName';
import { setUrlValues, useUrlValue } from '../ui/useUrlValue';
import { DraftEditor } from './DraftEditor';
import { DraftsPanel } from './DraftsPanel';
import { MonthLocksPanel } from './MonthLocksPanel';
import { SchemesPanel } from './SchemesPanel';
import { Timeline } from './Timeline';
import styles from './tariffs.module.css';
import type { TariffPageData } from './tariffTypes';
import { VersionPanel, versionState } from './VersionPanel';

/** `/finance/tariffs`: versions on a timeline, one of them in full, drafts and their second person. All of it in the address. */
export function TariffsPage({ initial, tabs }: { initial: TariffPageData; tabs: ReactNode }) {
  const t = useTranslations('tariffs');
  const code = useCode();
  const nameOf = useName();
  const trpc = useTRPC();
  const [tariffCode] = useUrlValue('tariff');
  const [versionId] = useUrlValue('version');
  const [draftId, setDraft] = useUrlValue('draft');
  const firstCode = initial.tariffs.find((one) => one.id === initial.shown?.tariffId)?.code;
  const query = useQuery(
    trpc.tariffs.page.queryOptions(tariffCode === null ? {} : { tariff: tariffCode }, {
      initialData: tariffCode === null || tariffCode === firstCode ? initial : undefined,
      placeholderData: keepPreviousData,
    }),
  );
  const { data } = query;
  if (!data)
    return query.isError ? (
      <ErrorState cause={t('failed')} onRetry={() => void query.refetch()} />
    ) : (
      <Skeleton height={320} onRetry={() => void query.refetch()} />
    );
  const { shown } = data;
  const tariff = data.tariffs.find((one) => one.id === shown?.tariffId);
  if (!shown || !tariff) return <EmptyState title={t('none')}>{t('noneWords')}</EmptyState>;
  const inForce = shown.versions.find((one) => versionState(one, shown.versions, data.nowMs) === 'now');
  const version =
    shown.versions.find((one) => String(one.id) === versionId) ?? inForce ?? shown.versions.at(-1);
  const draft = shown.drafts.find((one) => String(one.id) === draftId) ?? null;
  const waiting = shown.drafts.filter((one) => one.state === 'SUBMITTED').length;
  return (
    <>
      <PageHead
        title={t('headline', { name: nameOf(tariff), n: tariff.accounts })}
        words={waiting > 0 ? t('waiting', { n: waiting }) : t('nothingWaits')}
        actions={
          <>
            <SelectField
              label={t('tariff')}
              value={tariff.code}
              onChange={(event) => setUrlValues({ tariff: event.target.value, version: null, draft: null })}
            >
              {data.tariffs.map((one) => (
                <option key={one.id} value={one.code}>
                  {`${nameOf(one)} (${code('utility', one.utility)})`}
                </option>
              ))}
            </SelectField>
            {data.mayDraft && (
              <Button variant="primary" onClick={() => setDraft('new')}>
                {t('newDraft')}
              </Button>
            )}
          </>
        }
      />
      {tabs}
      <Timeline
        shown={shown}
        nowMs={data.nowMs}
        chosen={version?.id ?? null}
        onChoose={(id) => setUrlValues({ version: String(id) })}
      />
      {version && (
        <VersionPanel
          tariff={tariff}
          version={version}
          state={versionState(version, shown.versions, data.nowMs)}
          currency={data.currency}
        />
      )}
      <DraftsPanel
        tariff={tariff}
        shown={shown}
        mayDraft={data.mayDraft}
        currency={data.currency}
        onEdit={setDraft}
      />
      <div className={styles.columns}>
        <SchemesPanel tariff={tariff} shown={shown} mayDraft={data.mayDraft} />
        <MonthLocksPanel locked={data.lockedMonths} nowMs={data.nowMs} mayLock={data.mayLock} />
      </div>
      {draftId !== null && data.mayDraft && (
        <DraftEditor
          key={draftId}
          tariff={tariff}
          draft={draft}
          base={version ?? null}
          samples={shown.samples}
          nowMs={data.nowMs}
          currency={data.currency}
          onClose={() => setDraft(null)}
        />
      )}
    </>
  );
}
