'use client';

import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import { useTRPC } from '../live/trpc';
import { ButtonLink } from '../ui/Button';
import { formatNumber } from '../ui/format';
import { formatAge } from '../ui/formatTime';
import { useCampusZone, useNow } from '../ui/now';
import { PageHead } from '../ui/PageHead';
import { Panel } from '../ui/Panel';
import { EmptyState, Notice } from '../ui/states';
import { useLang } from '../ui/useLang';
import { FleetFacets } from './FleetFacets';
import { FleetList } from './FleetList';
import { type FleetFilter, type FleetPage, PAGE_ROWS } from './fleetTypes';
import { GatewayInspectionPanel } from './InspectionPanel';
import { useFleetFilter } from './useFleetFilter';

const REFRESH_MS = 10_000;

/** `/admin/meters`: one list of all meters, searched and narrowed by what they are and how they report. */
export function MetersPage({ initial, initialFilter }: { initial: FleetPage; initialFilter: FleetFilter }) {
  const t = useTranslations('meters');
  const trpc = useTRPC();
  const { filter, choose, search, clear } = useFleetFilter();
  const { data, isError } = useQuery(
    trpc.meters.fleet.queryOptions(
      { filter, offset: 0, limit: PAGE_ROWS },
      {
        initialData: JSON.stringify(filter) === JSON.stringify(initialFilter) ? initial : undefined,
        placeholderData: keepPreviousData,
        refetchInterval: REFRESH_MS,
      },
    ),
  );
  const page = data ?? initial;
  // Of gateways it knows those alone whose meters it lists; an empty one stands for meters without.
  const ofGateway = page.wholeCampus && filter.gateway;
  if (page.installed === 0) {
    return (
      <>
        <PageHead title={t('title')} />
        <EmptyState title={t('noMeters')}>{t('noMetersWords')}</EmptyState>
      </>
    );
  }
  return (
    <>
      <PageHead
        title={<Headline page={page} narrowed={page.matching !== page.installed} />}
        words={<ReadAgo atMs={page.nowMs} />}
        actions={<ButtonLink href="/admin">{t('health')}</ButtonLink>}
      />
      {isError && <Notice strong>{t('failed')}</Notice>}
      <FleetFacets page={page} filter={filter} onChoose={choose} onSearch={search} onClear={clear} />
      {ofGateway && <GatewayInspectionPanel key={ofGateway} code={ofGateway} />}
      <Panel testId="fleet" label={t('title')}>
        {page.matching === 0 ? (
          <EmptyState title={t('emptyTitle')}>{t('emptyWords')}</EmptyState>
        ) : (
          <FleetList filter={filter} first={page} refreshMs={REFRESH_MS} />
        )}
      </Panel>
      {page.meters.some(({ masked }) => masked) && <p className="meta">{t('maskedWords')}</p>}
    </>
  );
}

/** The whole fleet in a sentence; of a narrowed list, how many of it. */
function Headline({ page, narrowed }: { page: FleetPage; narrowed: boolean }) {
  const t = useTranslations('meters');
  const count = (value: string) => page.facets.status.find((one) => one.value === value)?.count ?? 0;
  return (
    <span data-testid="fleet-headline" data-matching={page.matching}>
      {narrowed
        ? t('matching', { matching: formatNumber(page.matching), installed: formatNumber(page.installed) })
        : t('headline', { installed: page.installed, stale: count('STALE'), never: count('NEVER') })}
    </span>
  );
}

function ReadAgo({ atMs }: { atMs: number }) {
  const t = useTranslations('meters');
  const lang = useLang();
  const zone = useCampusZone();
  const now = useNow();
  return t('words', { age: formatAge(now - atMs, lang, { at: atMs, zone }) });
}
