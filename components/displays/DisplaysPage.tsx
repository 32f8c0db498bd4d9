'use client';

import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { inferRouterOutputs } from '@trpc/server';
import { useSearchParams } from 'next/navigation';
import { useTranslations } from 'next-intl';
import { type FormEvent, useState } from 'react';
import type { AppRouter } from '../../server/trpc/root';
import { refusalOf } from '../live/refusal';
import { useTRPC } from '../live/trpc';
import { Button } from '../ui/Button';
import { ConfirmDialog } from '../ui/ConfirmDialog';
import { Field } from '../ui/Field';
import { LONG_DASH } from '../ui/format';
import { formatAge, formatDateTime } from '../ui/formatTime';
import { useCampusZone, useNow } from '../ui/now';
import { PageHead } from '../ui/PageHead';
import { Panel } from '../ui/Panel';
import { EmptyState, Notice } from '../ui/states';
import { Table } from '../ui/Table';
import { useCode } from '../ui/useCode';
import { useLang } from '../ui/useLang';
import styles from './DisplaysPage.module.css';

type Display = inferRouterOutputs<AppRouter>['displays']['list'][number];

/** A wall reports every 30 s; three missed reports are silence. */
const SILENT_MS = 90_000;
const REFRESH_MS = 5_000;

/** A wall that was paired a moment ago has as long to come as one that reported. */
function isSilent({ lastHeartbeatMs, pairedAt }: Display, now: number): boolean {
  return now - (lastHeartbeatMs ?? pairedAt.getTime()) > SILENT_MS;
}

/** Paired walls with the age of what they last painted, pairing by code, and revoking at once. */
export function DisplaysPage({ initial }: { initial: readonly Display[] }) {
  const t = useTranslations('displays');
  const trpc = useTRPC();
  const { data } = useQuery(
    trpc.displays.list.queryOptions(undefined, {
      initialData: [...initial],
      refetchInterval: REFRESH_MS,
    }),
  );
  const now = useNow();
  const silent = data.filter((display) => isSilent(display, now)).length;
  const [revoking, setRevoking] = useState<Display | null>(null);
  return (
    <>
      <PageHead title={t('headline', { n: data.length, silent })} words={t('words')} />
      <div className={styles.columns}>
        <Panel title={t('paired')} meta={t('refreshed')} testId="displays">
          {data.length === 0 ? (
            <EmptyState title={t('none')}>{t('noneWords')}</EmptyState>
          ) : (
            <DisplayTable rows={data} onRevoke={setRevoking} />
          )}
        </Panel>
        <PairForm />
      </div>
      {revoking && <RevokeDialog display={revoking} onClose={() => setRevoking(null)} />}
    </>
  );
}

function DisplayTable({ rows, onRevoke }: { rows: readonly Display[]; onRevoke: (row: Display) => void }) {
  const t = useTranslations('displays');
  const lang = useLang();
  const zone = useCampusZone();
  const now = useNow();
  const age = (at: number | null) => (at === null ? LONG_DASH : formatAge(now - at, lang, { at, zone }));
  return (
    <Table
      caption={t('paired')}
      rows={rows}
      rowKey={(row) => row.id}
      density="roomy"
      cards
      rowProps={(row) => ({
        'data-testid': 'display-row',
        'data-silent': String(isSilent(row, now)),
      })}
      columns={[
        {
          key: 'name',
          header: t('name'),
          rowHeader: true,
          cell: (row) => (
            <>
              <b>{row.name}</b>
              <small className="meta">
                {' '}
                {t('pairedAt', { time: formatDateTime(row.pairedAt.getTime(), zone, lang) })}
              </small>
            </>
          ),
        },
        {
          key: 'frame',
          header: t('lastFrame'),
          width: '120px',
          numeric: true,
          cell: (row) => <span data-testid="frame-age">{age(row.lastFrameMs)}</span>,
        },
        {
          key: 'heard',
          header: t('lastHeard'),
          width: '120px',
          numeric: true,
          cell: (row) => (
            <span>
              {age(row.lastHeartbeatMs)}
              {isSilent(row, now) && <b> {t('silent')}</b>}
            </span>
          ),
        },
        { key: 'scenes', header: t('scenes'), width: '96px', cell: (row) => row.playlist.join(' ') },
        {
          key: 'build',
          header: t('build'),
          width: '96px',
          cell: (row) => <code className="meta">{row.build?.slice(0, 8) ?? LONG_DASH}</code>,
        },
        {
          key: 'revoke',
          header: '',
          width: '104px',
          numeric: true,
          cell: (row) => (
            <Button
              size="small"
              onClick={() => onRevoke(row)}
              aria-label={t('revokeNamed', { name: row.name })}
            >
              {t('revoke')}
            </Button>
          ),
        },
      ]}
    />
  );
}

function PairForm() {
  const t = useTranslations('displays');
  const trpc = useTRPC();
  const queries = useQueryClient();
  const code = useCode();
  const fromLink = useSearchParams().get('code') ?? '';
  const [digits, setDigits] = useState(/^\d{6}$/.test(fromLink) ? fromLink : '');
  const [name, setName] = useState('');
  const pair = useMutation(
    trpc.displays.approve.mutationOptions({
      onSuccess: () => {
        setDigits('');
        setName('');
        void queries.invalidateQueries({ queryKey: trpc.displays.list.queryKey() });
      },
    }),
  );
  const submit = (event: FormEvent) => {
    event.preventDefault();
    pair.mutate({ code: digits, name: name.trim() });
  };
  return (
    <Panel title={t('pair')} padded>
      <form className={styles.form} onSubmit={submit} data-testid="pair-form">
        <p className={styles.words}>{t('pairWords')}</p>
        <Field
          label={t('code')}
          hint={t('codeHint')}
          inputMode="numeric"
          pattern="[0-9]{6}"
          maxLength={6}
          required
          autoComplete="one-time-code"
          className={styles.code}
          value={digits}
          onChange={(event) => setDigits(event.target.value.replace(/\D/g, ''))}
          error={pair.error ? code('refusal', refusalOf(pair.error).reason) : undefined}
        />
        <Field
          label={t('wallName')}
          hint={t('wallNameHint')}
          required
          maxLength={60}
          value={name}
          onChange={(event) => setName(event.target.value)}
        />
        <Button type="submit" variant="primary" size="control" disabled={pair.isPending}>
          {t('pairButton')}
        </Button>
        {pair.isSuccess && <Notice testId="paired-note">{t('pairedNote')}</Notice>}
        <p className="meta">{t('aggregates')}</p>
      </form>
    </Panel>
  );
}

function RevokeDialog({ display, onClose }: { display: Display; onClose: () => void }) {
  const t = useTranslations('displays');
  const trpc = useTRPC();
  const queries = useQueryClient();
  const code = useCode();
  const revoke = useMutation(
    trpc.displays.revoke.mutationOptions({
      onSuccess: () => {
        void queries.invalidateQueries({ queryKey: trpc.displays.list.queryKey() });
        onClose();
      },
    }),
  );
  return (
    <ConfirmDialog
      title={t('revokeTitle', { name: display.name })}
      words={t('revokeWords')}
      confirm={t('revoke')}
      busy={revoke.isPending}
      refusal={revoke.error ? code('refusal', refusalOf(revoke.error).reason) : null}
      onConfirm={() => revoke.mutate({ displayId: display.id })}
      onClose={onClose}
      testId="revoke-dialog"
    />
  );
}
