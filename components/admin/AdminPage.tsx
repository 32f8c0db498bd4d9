'use client';

import { useQuery } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import { useTRPC } from '../live/trpc';
import { ButtonLink } from '../ui/Button';
import { formatAge } from '../ui/formatTime';
import { useLiveAttributes } from '../ui/LiveValue';
import { useCampusZone } from '../ui/now';
import { PageHead } from '../ui/PageHead';
import { Notice } from '../ui/states';
import { useLang } from '../ui/useLang';
import styles from './AdminPage.module.css';
import type { CheckCode, Health, MoneyFlow } from './adminTypes';
import { CapturePanel } from './CapturePanel';
import { ChecksPanel } from './ChecksPanel';
import { CommandsPanel } from './CommandsPanel';
import { FlowPanel } from './FlowPanel';
import { GatewaysPanel } from './GatewaysPanel';
import { JobsPanel } from './JobsPanel';
import { LatencyPanel } from './LatencyPanel';
import { QuarantinePanel } from './QuarantinePanel';
import { WallsPanel } from './WallsPanel';

/** How often all checks are made anew. */
const REFRESH_MS = 10_000;

interface Props {
  /** ISO 4217. */
  currency: string;
  health: Health;
  flow: MoneyFlow;
  /** Whether the person may pair and revoke walls. */
  managesWalls: boolean;
  /** Whether the person may make and revoke API keys. */
  managesKeys: boolean;
  /** Whether the person may subscribe groups and see what became of messages. */
  managesNotices: boolean;
}

/** `/admin`: one sentence on whether anything fails, the checks behind it, and the figures behind each check. */
export function AdminPage(props: Props) {
  const { currency, health: initial, flow, managesWalls, managesKeys, managesNotices } = props;
  const t = useTranslations('admin');
  const trpc = useTRPC();
  const { data, isError } = useQuery(
    trpc.admin.health.queryOptions(undefined, { initialData: initial, refetchInterval: REFRESH_MS }),
  );
  const failing = data.checks.filter(({ state }) => state === 'FAILING').map(({ code }) => code);
  const waiting = data.checks.filter(({ state }) => state === 'NONE').length;
  return (
    <>
      <PageHead
        title={<Headline failing={failing} waiting={waiting} checks={data.checks.length} />}
        words={<LastCheck atMs={data.nowMs} />}
        actions={
          <>
            <ButtonLink href="/admin/meters">{t('meters')}</ButtonLink>
            <ButtonLink href="/admin/people">{t('people')}</ButtonLink>
            <ButtonLink href="/admin/rules">{t('rules')}</ButtonLink>
            {managesWalls && <ButtonLink href="/admin/displays">{t('walls')}</ButtonLink>}
            {managesNotices && <ButtonLink href="/admin/notices">{t('messages')}</ButtonLink>}
            {managesKeys && <ButtonLink href="/admin/keys">{t('keys')}</ButtonLink>}
          </>
        }
      />
      {isError && <Notice strong>{t('unreachable')}</Notice>}
      <div className={styles.columns}>
        <ChecksPanel health={data} />
        <div className={styles.stack}>
          <FlowPanel currency={currency} initial={flow} />
          <LatencyPanel topUps={data.topUps} />
        </div>
      </div>
      <CapturePanel capture={data.capture} />
      <div className={styles.halves}>
        <JobsPanel jobs={data.jobs} />
        <div className={styles.stack}>
          <CommandsPanel commands={data.commands} />
          <GatewaysPanel gateways={data.gateways} />
          <WallsPanel walls={data.walls} />
        </div>
      </div>
      <QuarantinePanel counts={data.quarantine} />
    </>
  );
}

/** What fails; what has had nothing to judge yet is not said to hold. */
function Headline({
  failing,
  waiting,
  checks,
}: {
  failing: readonly CheckCode[];
  waiting: number;
  checks: number;
}) {
  const t = useTranslations('admin');
  const lang = useLang();
  const names = new Intl.ListFormat(lang, { style: 'long', type: 'conjunction' }).format(
    failing.map((code) => t(`check.${code}`)),
  );
  return (
    <span data-testid="headline" data-failing={failing.length}>
      {t('headline', { failing: failing.length, waiting, holding: checks - waiting, checks, names })}
    </span>
  );
}

function LastCheck({ atMs }: { atMs: number }) {
  const t = useTranslations('admin');
  const lang = useLang();
  const zone = useCampusZone();
  const { ageMs, attributes } = useLiveAttributes({ asOf: atMs, intervalMs: REFRESH_MS });
  return (
    <span data-testid="last-check" {...attributes}>
      {t('lastCheck', { age: formatAge(ageMs ?? 0, lang, { at: atMs, zone }) })}
    </span>
  );
}
