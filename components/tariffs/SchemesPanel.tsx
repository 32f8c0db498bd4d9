'use client';

import { useTranslations } from 'next-intl';
import { useState } from 'react';
import { campusZone } from '../../domain/time/campusTime';
import { ActDialog } from '../ui/ActDialog';
import { Button } from '../ui/Button';
import { dateTimeMs } from '../ui/dateInput';
import { Field } from '../ui/Field';
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
import type { Shown, TariffView } from './tariffTypes';

/** Accounts that a person put under this tariff instead of the one they had. */
export function SchemesPanel({
  tariff,
  shown,
  mayDraft,
}: {
  tariff: TariffView;
  shown: Shown;
  mayDraft: boolean;
}) {
  const t = useTranslations('tariffs');
  const lang = useLang();
  const zone = useCampusZone();
  const [open, setOpen] = useState(false);
  return (
    <Panel
      title={t('schemes')}
      testId="schemes"
      actions={
        mayDraft && (
          <Button size="small" onClick={() => setOpen(true)} data-testid="assign">
            {t('assign')}
          </Button>
        )
      }
    >
      {shown.schemes.length === 0 ? (
        <EmptyState title={t('noSchemes')}>{t('noSchemesWords')}</EmptyState>
      ) : (
        <Table
          caption={t('schemes')}
          rows={shown.schemes}
          cards
          rowKey={(row) => `${row.accountCode} ${row.fromMs}`}
          rowProps={(row) => ({ 'data-testid': 'scheme', 'data-account': row.accountCode })}
          columns={[
            {
              key: 'account',
              header: t('account'),
              rowHeader: true,
              cell: (row) =>
                row.spaceCode === null ? row.accountCode : `${row.accountCode} · ${row.spaceCode}`,
            },
            {
              key: 'from',
              header: t('validFrom'),
              width: '34%',
              cell: (row) => formatDateTime(row.fromMs, zone, lang, { year: true }),
            },
            { key: 'before', header: t('before'), width: '30%', cell: (row) => row.before },
          ]}
        />
      )}
      {open && <AssignDialog tariff={tariff} onClose={() => setOpen(false)} />}
    </Panel>
  );
}

function AssignDialog({ tariff, onClose }: { tariff: TariffView; onClose: () => void }) {
  const t = useTranslations('tariffs');
  const nameOf = useName();
  const iana = useCampusZone();
  const code = useCode();
  const act = useAct(['/from', '/account']);
  const [account, setAccount] = useState('');
  const [from, setFrom] = useState('');
  const [second, setSecond] = useState(NOBODY);
  const fromMs = dateTimeMs(from, campusZone(iana));
  const send = async () => {
    const done = await act.run((to) =>
      to.tariffs.assign.mutate({ account: account.trim(), tariff: tariff.code, fromMs, second }),
    );
    if (done) onClose();
  };
  return (
    <ActDialog
      title={t('assignTitle', { name: nameOf(tariff) })}
      description={t('assignWords')}
      submit={t('assign')}
      blockedBy={
        account.trim() === ''
          ? t('previewNoAccount')
          : from !== '' && fromMs === null
            ? t('problems.from')
            : isNamed(second)
              ? undefined
              : code('refusal', 'TWO_PERSONS')
      }
      act={act}
      onSubmit={() => void send()}
      onClose={onClose}
      testId="assign-dialog"
    >
      <Field
        label={t('account')}
        autoComplete="off"
        maxLength={32}
        value={account}
        onChange={(event) => setAccount(event.target.value)}
        error={act.errorAt('/account')}
        data-testid="assign-account"
      />
      <Field
        label={t('validFrom')}
        hint={t('assignHint')}
        type="datetime-local"
        value={from}
        onChange={(event) => setFrom(event.target.value)}
        error={act.errorAt('/from')}
      />
      <SecondPerson words={code('refusal', 'TWO_PERSONS')} second={second} onChange={setSecond} />
    </ActDialog>
  );
}
