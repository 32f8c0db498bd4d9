'use client';

import { useTranslations } from 'next-intl';
import { useState } from 'react';
import type { BankSheetResult } from '../../contracts/payments';
import { Button } from '../ui/Button';
import { Field } from '../ui/Field';
import { currencySymbol, formatNumber } from '../ui/format';
import { Panel } from '../ui/Panel';
import { isNamed, NOBODY, SecondPerson, TAKES_TWO } from '../ui/SecondPerson';
import { Table } from '../ui/Table';
import { useAct } from '../ui/useAct';
import { useCode } from '../ui/useCode';
import styles from './PaymentsPage.module.css';
import { sheetText } from './sheetText';

/** Bytes of one sheet; the server takes no more characters. */
const MAX_BYTES = 200_000;

/** Reads a bank's list of transfers in and shows what became of each row. */
export function BankSheetPanel({ currency }: { currency: string }) {
  const t = useTranslations('payments');
  const code = useCode();
  const act = useAct();
  const [file, setFile] = useState<File | null>(null);
  const [result, setResult] = useState<(BankSheetResult & { name: string }) | null>(null);
  const [second, setSecond] = useState(NOBODY);
  // How much was credited today the server alone knows: the list says which rows take two, and is read in once more.
  const needsSecond =
    (result?.needSecond ?? 0) > 0 || TAKES_TWO.includes(act.reason ?? '') || isNamed(second);
  const accountAboveLimit = result?.rows.some(({ verdict }) => verdict === 'NEEDS_SECOND') ?? false;
  const tooLong = file !== null && file.size > MAX_BYTES;
  const send = async () => {
    if (!file) return;
    const csv = sheetText(new Uint8Array(await file.arrayBuffer()));
    await act.run(async (to) => {
      setResult({
        ...(await to.payments.importBankSheet.mutate({ csv, ...(isNamed(second) ? { second } : {}) })),
        name: file.name,
      });
      setSecond(NOBODY);
    });
  };
  return (
    <Panel title={t('sheet')} testId="bank-sheet">
      <p className={styles.words}>{t('sheetWords')}</p>
      <div className={styles.sheet}>
        <Field
          label={t('sheetFile')}
          type="file"
          accept=".csv,.txt,text/csv"
          onChange={(event) => {
            setFile(event.target.files?.[0] ?? null);
            setResult(null);
          }}
          error={tooLong ? t('sheetTooLong') : (act.refused ?? undefined)}
          data-testid="sheet-file"
        />
        <Button
          onClick={() => void send()}
          disabled={act.busy}
          blockedBy={file === null ? t('sheetNeeded') : tooLong ? t('sheetTooLong') : undefined}
          data-testid="read-sheet"
        >
          {t('readSheet')}
        </Button>
      </div>
      {needsSecond && (
        <div className={styles.second}>
          <SecondPerson
            words={code('refusal', accountAboveLimit ? 'SECOND_PERSON' : 'DESK_DAY')}
            second={second}
            onChange={setSecond}
          />
        </div>
      )}
      {result && (
        <div data-testid="sheet-result">
          <p className={styles.words} role="status">
            {t('sheetSum', {
              name: result.name,
              credited: result.credited,
              already: result.already,
              suspense: result.suspense,
              needSecond: result.needSecond,
              refused: result.refused,
            })}
          </p>
          <Table
            caption={t('sheetRows', { name: result.name })}
            rows={result.rows}
            cards
            rowKey={(row) => String(row.line)}
            rowProps={(row) => ({ 'data-testid': 'sheet-row', 'data-verdict': row.verdict.toLowerCase() })}
            columns={[
              {
                key: 'line',
                header: t('line'),
                rowHeader: true,
                width: '9%',
                cell: (row) => formatNumber(row.line),
              },
              { key: 'reference', header: t('reference'), cell: (row) => row.reference },
              { key: 'account', header: t('account'), width: '20%', cell: (row) => row.account },
              {
                key: 'amount',
                header: t('amount'),
                width: '14%',
                numeric: true,
                cell: (row) => `${currencySymbol(currency)}${row.amount}`,
              },
              {
                key: 'verdict',
                header: t('verdict'),
                width: '34%',
                wideCard: true,
                cell: (row) =>
                  row.error
                    ? `${code('sheetVerdict', row.verdict)}: ${t(`sheetRules.${row.error.rule}`)}`
                    : code('sheetVerdict', row.verdict),
              },
            ]}
          />
        </div>
      )}
    </Panel>
  );
}
