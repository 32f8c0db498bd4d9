'use client';

import { useQuery } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import type { ReactNode } from 'react';
import type { DeviceCheck, Finding } from '../../domain/inspection/deviceCheck';
import { refusalOf } from '../live/refusal';
import { useTRPC } from '../live/trpc';
import { Button } from '../ui/Button';
import { formatMoment } from '../ui/formatTime';
import { useCampusZone, useNow } from '../ui/now';
import { Panel } from '../ui/Panel';
import { EmptyState, ErrorState, Notice, Skeleton } from '../ui/states';
import { useAct } from '../ui/useAct';
import { useCode } from '../ui/useCode';
import { useLang } from '../ui/useLang';
import styles from './InspectionPanel.module.css';
import { InspectionStrip } from './InspectionStrip';
import page from './MeterPage.module.css';
import type { MeterInspections } from './meterData';

const REFRESH_MS = 60_000;

/** What the newest look at the meter found, check by check, and how its last thirty nights went. */
export function InspectionPanel({ code }: { code: string }) {
  const t = useTranslations('inspection');
  const trpc = useTRPC();
  const act = useAct();
  const { data, error, refetch } = useQuery(
    trpc.meters.inspections.queryOptions({ code }, { refetchInterval: REFRESH_MS, staleTime: 0 }),
  );
  return (
    <Panel
      title={t('title')}
      meta={data?.newest && <Looked newest={data.newest} />}
      actions={
        data?.mayInspect && (
          <Button
            size="small"
            disabled={act.busy}
            onClick={() => void act.run((client) => client.meters.inspect.mutate({ code }))}
            data-testid="inspect-now"
          >
            {t(act.busy ? 'checking' : 'checkNow')}
          </Button>
        )
      }
      testId="inspection"
    >
      {act.refused && <Notice strong>{act.refused}</Notice>}
      <Found data={data} error={error} noneWords={t('noneWords')} onRetry={() => void refetch()}>
        {t('note')}
      </Found>
    </Panel>
  );
}

/** The same of a gateway, which is looked at by night alone. */
export function GatewayInspectionPanel({ code }: { code: string }) {
  const t = useTranslations('inspection');
  const trpc = useTRPC();
  const { data, error, refetch } = useQuery(
    trpc.meters.gatewayInspections.queryOptions({ code }, { refetchInterval: REFRESH_MS, staleTime: 0 }),
  );
  return (
    <Panel
      title={t('gatewayTitle', { code })}
      meta={data?.newest && <Looked newest={data.newest} />}
      testId="gateway-inspection"
    >
      <Found data={data} error={error} noneWords={t('gatewayNoneWords')} onRetry={() => void refetch()}>
        {t('gatewayNote')}
      </Found>
    </Panel>
  );
}

function Found({
  data,
  error,
  noneWords,
  onRetry,
  children,
}: {
  data: MeterInspections | undefined;
  error: unknown;
  noneWords: string;
  onRetry: () => void;
  /** What it is judged by. */
  children: ReactNode;
}) {
  const t = useTranslations('inspection');
  const words = useCode();
  if (!data)
    return error ? (
      <ErrorState cause={words('refusal', refusalOf(error).reason)} onRetry={onRetry} />
    ) : (
      <Skeleton height={240} onRetry={onRetry} />
    );
  return (
    <>
      {data.newest ? (
        <ul className={styles.checks} data-result={data.newest.result.toLowerCase()} aria-live="polite">
          {data.newest.checks.map((check) => (
            <Check key={check.code} check={check} />
          ))}
        </ul>
      ) : (
        <EmptyState title={t('none')}>{noneWords}</EmptyState>
      )}
      <InspectionStrip nights={data.nights} />
      <p className={page.note}>{children}</p>
    </>
  );
}

/** When it was looked at, and whether somebody asked for it. */
function Looked({ newest }: { newest: NonNullable<MeterInspections['newest']> }) {
  const t = useTranslations('inspection');
  const lang = useLang();
  const zone = useCampusZone();
  const now = useNow();
  const time = formatMoment(newest.atMs, now, zone, lang, false);
  return t(newest.asked ? 'askedAt' : 'nightAt', { time });
}

/** Marks that differ in shape: they are read without their colour, and their word stands beside them. */
const MARKS = { PASS: '✓', FAIL: '✕', UNKNOWN: '?', NOT_APPLICABLE: '–' } as const;

function Check({ check: { code, result, findings } }: { check: DeviceCheck }) {
  const t = useTranslations('inspection');
  return (
    <li
      className={styles.check}
      data-testid="check"
      data-check={code.toLowerCase()}
      data-result={result.toLowerCase()}
    >
      <b>{t(`check.${code}`)}</b>
      <span className={styles.result}>
        <i aria-hidden="true">{MARKS[result]}</i>
        {t(`result.${result}`)}
      </span>
      <span className={styles.words}>
        {findings.map((finding) => (
          <Sentence key={finding.code} finding={finding} />
        ))}
      </span>
    </li>
  );
}

/** A finding in words. Sensors and positions come as codes; figures of use may be withheld. */
function Sentence({ finding: { code, figures } }: { finding: Finding }) {
  const t = useTranslations('inspection');
  const words = useCode();
  const withheld = `withheld.${code}`;
  if (Object.keys(figures).length === 0 && t.has(withheld)) return <span>{t(withheld)}</span>;
  const { sensors, position, proven } = figures;
  return (
    <span>
      {t(`finding.${code}`, {
        ...figures,
        ...(typeof sensors === 'string'
          ? {
              sensors: sensors
                .split(' ')
                .map((field) => t(`sensor.${field}`))
                .join(t('and')),
            }
          : {}),
        ...(position === undefined ? {} : { position: words('position', String(position)) }),
        ...(proven === undefined ? {} : { proven: t(`proven.${proven}`) }),
      })}
    </span>
  );
}
