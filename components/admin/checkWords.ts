'use client';

import { useTranslations } from 'next-intl';
import { formatNumber, LONG_DASH, NNBSP, withUnit } from '../ui/format';
import { formatAge } from '../ui/formatTime';
import { useCampusZone, useNow } from '../ui/now';
import { useLang } from '../ui/useLang';
import type { CheckCode, Health } from './adminTypes';

/** A length of time up to some seconds: `420 ms`, `1.2 s`. */
export function formatLength(ms: number | null): string {
  if (ms === null) return LONG_DASH;
  return ms < 1_000 ? withUnit(formatNumber(ms), 'ms') : withUnit(formatNumber(ms / 1_000, 2), 's');
}

/** A share as percent with two decimals, rounded down, so that 99.9 % is never shown before it is reached. */
export function formatCapture(received: number, expected: number): string {
  if (expected === 0) return LONG_DASH;
  return withUnit(formatNumber(Math.floor((received / expected) * 10_000) / 100, 2), '%');
}

/** Readings per second with one decimal. */
export function formatRate(perMinute: number): string {
  return formatNumber(perMinute / 60, 1);
}

/** Where a check is put right, or looked at while it holds. */
export function fixOf(code: CheckCode, health: Health): string {
  switch (code) {
    case 'BROKER':
    case 'BRIDGE':
    case 'LAG':
      return '/readyz';
    case 'INGEST':
      return '/admin/meters?status=STALE';
    case 'CAPTURE':
      return '#capture';
    case 'GATEWAYS': {
      const away = health.gateways.find(({ online }) => online === false);
      return away ? `/admin/meters?gateway=${encodeURIComponent(away.code)}` : '#gateways';
    }
    case 'QUARANTINE':
      return '#quarantine';
    case 'COMMANDS':
      return health.commands.some(({ state }) => state !== 'VERIFIED') ? '/alarms' : '#commands';
    case 'TOP_UP':
      return '#top-ups';
    case 'LEDGER':
      return health.ledger.invalidSinceMs === null ? '#jobs' : '/alarms';
    case 'CHECKPOINT':
    case 'JOBS':
      return '#jobs';
    case 'WALLS':
      return '/admin/displays';
  }
}

/** The figure of each check in words. */
export function useCheckWords(health: Health): Record<CheckCode, string> {
  const t = useTranslations('admin');
  const lang = useLang();
  const zone = useCampusZone();
  const now = useNow();
  const age = (at: number | null) => (at === null ? LONG_DASH : formatAge(now - at, lang, { at, zone }));
  const { live, ingest, capture, gateways, quarantine, commands, topUps, ledger, jobs, walls } = health;
  const count = (states: readonly { count: number }[]) => states.reduce((sum, one) => sum + one.count, 0);
  return {
    BROKER: t(live.brokerConnected ? 'figure.connected' : 'figure.notConnected'),
    BRIDGE:
      live.lastFrameMs === null ? t('figure.noFrame') : t('figure.frame', { age: age(live.lastFrameMs) }),
    LAG: live.ingestLagMs === null ? t('figure.noFrame') : formatLength(live.ingestLagMs),
    INGEST: t('figure.ingest', {
      rate: formatRate(ingest.lastMinute),
      expected: formatRate(ingest.expectedPerMinute),
      today: formatNumber(health.readingsToday),
    }),
    CAPTURE: t('figure.capture', {
      share: formatCapture(capture.received, capture.expected),
      missing: formatNumber(capture.expected - capture.received),
      meters: capture.metersWithGaps,
    }),
    GATEWAYS: t('figure.gateways', {
      online: gateways.filter(({ online }) => online === true).length,
      n: gateways.length,
      away: gateways.filter(({ online }) => online === false).length,
    }),
    QUARANTINE: t('figure.quarantine', { n: count(quarantine) }),
    COMMANDS: t('figure.commands', {
      n: count(commands),
      proven: count(commands.filter(({ state }) => state === 'VERIFIED')),
    }),
    TOP_UP:
      topUps.toAck.p95 === null
        ? t('figure.noTopUp')
        : t('figure.topUp', { p95: formatLength(topUps.toAck.p95), n: topUps.toAck.samplesMs.length }),
    LEDGER:
      ledger.invalidSinceMs === null
        ? t('figure.ledger', { today: formatNumber(ledger.entriesToday) })
        : t('figure.ledgerInvalid', { age: age(ledger.invalidSinceMs) }),
    CHECKPOINT: t('figure.checkpoint', {
      age: age(ledger.checkpointMs),
      unsealed: formatNumber(ledger.unsealed),
    }),
    JOBS: t('figure.jobs', { n: jobs.length, failed: jobs.filter(({ error }) => error !== null).length }),
    WALLS: t('figure.walls', { n: walls.length, silent: walls.filter(({ silent }) => silent).length }),
  };
}

/** A length of work: `38 ms`, `4.1 s`, `2:10`. */
export function formatDuration(ms: number): string {
  if (ms < 60_000) return formatLength(ms);
  return `${Math.floor(ms / 60_000)}:${String(Math.floor((ms % 60_000) / 1_000)).padStart(2, '0')}${NNBSP}min`;
}
