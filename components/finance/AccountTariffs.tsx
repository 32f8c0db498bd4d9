'use client';

import { useTranslations } from 'next-intl';
import { useState } from 'react';
import { campusZone } from '../../domain/time/campusTime';
import { ActDialog } from '../ui/ActDialog';
import { Button } from '../ui/Button';
import { dateTimeMs } from '../ui/dateInput';
import { Field, SelectField } from '../ui/Field';
import { formatDateTime } from '../ui/formatTime';
import { useCampusZone } from '../ui/now';
import { Panel } from '../ui/Panel';
import { isNamed, NOBODY, SecondPerson } from '../ui/SecondPerson';
import { EmptyState } from '../ui/states';
import { Table } from '../ui/Table';
import { useAct } from '../ui/useAct';
import { useCode } from '../ui/useCode';
import { useLang } from '../ui/useLang';
import { useName } from '../ui/useName';
import type { AccountData } from './financeTypes';

/** Tariffs of an account by utility, now and later; another one may be set from now or later on. */
export function AccountTariffs({ data }: { data: AccountData }) {
  const t = useTranslations('accounts');
  const code = useCode();
  const lang = useLang();
  const zone = useCampusZone();
  const nameOf = useName();
  const [open, setOpen] = useState(false);
  const closed = data.account.status === 'CLOSED' ? code('refusal', 'ACCOUNT_CLOSED') : undefined;
  const time = (ms: number) => formatDateTime(ms, zone, lang, { year: true });
  return (
    <Panel
      title={t('tariffs')}
      testId="account-tariffs"
      actions={
        <Button
          size="small"
          onClick={() => setOpen(true)}
          disabled={closed !== undefined}
          title={closed}
          data-testid="new-scheme"
        >
          {t('otherTariff')}
        </Button>
      }
    >
      {data.tariffs.length === 0 ? (
        <EmptyState title={t('noTariff')} />
      ) : (
        <Table
          caption={t('tariffs')}
          rows={data.tariffs}
          density="tall"
          rowKey={(row) => `${row.utility} ${row.fromMs}`}
          rowProps={(row) => ({ 'data-tariff': row.tariffCode })}
          columns={[
            {
              key: 'tariff',
              header: t('tariff'),
              rowHeader: true,
              cell: (row) => (
                <>
                  {nameOf(row)}
                  <small>{code('utility', row.utility)}</small>
                </>
              ),
            },
            {
              key: 'span',
              header: t('holds'),
              width: '48%',
              cell: (row) => (
                <>
                  {t('from', { time: time(row.fromMs) })}
                  {row.toMs !== null && <small>{t('until', { time: time(row.toMs) })}</small>}
                </>
              ),
            },
          ]}
        />
      )}
      {open && <SchemeDialog data={data} onClose={() => setOpen(false)} />}
    </Panel>
  );
}

function SchemeDialog({ data, onClose }: { data: AccountData; onClose: () => void }) {
  const t = useTranslations('accounts');
  const code = useCode();
  const nameOf = useName();
  const iana = useCampusZone();
  const act = useAct(['/from', '/tariff']);
  const [tariff, setTariff] = useState(data.offers[0]?.code ?? '');
  const [from, setFrom] = useState('');
  const [second, setSecond] = useState(NOBODY);
  const fromMs = dateTimeMs(from, campusZone(iana));
  const send = async () => {
    const done = await act.run((to) =>
      to.tariffs.assign.mutate({ account: data.account.code, tariff, fromMs, second }),
    );
    if (done) onClose();
  };
  return (
    <ActDialog
      title={t('otherTariff')}
      eyebrow={data.account.code}
      description={t('schemeWords')}
      submit={t('putUnder')}
      blockedBy={
        tariff === ''
          ? t('noTariff')
          : from !== '' && fromMs === null
            ? t('spanNeeded')
            : isNamed(second)
              ? undefined
              : code('refusal', 'TWO_PERSONS')
      }
      act={act}
      onSubmit={() => void send()}
      onClose={onClose}
      testId="scheme-dialog"
    >
      <SelectField
        label={t('tariff')}
        value={tariff}
        onChange={(event) => setTariff(event.target.value)}
        error={act.errorAt('/tariff')}
      >
        {data.offers.map((one) => (
          <option key={one.code} value={one.code}>
            {`${nameOf(one)} (${code('utility', one.utility)})`}
          </option>
        ))}
      </SelectField>
      <Field
        label={t('begins')}
        hint={t('beginsHint')}
        type="datetime-local"
        value={from}
        onChange={(event) => setFrom(event.target.value)}
        error={act.errorAt('/from')}
      />
      <SecondPerson words={code('refusal', 'TWO_PERSONS')} second={second} onChange={setSecond} />
    </ActDialog>
  );
}
