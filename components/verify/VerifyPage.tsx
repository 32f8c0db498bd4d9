'use client';

import { useTranslations } from 'next-intl';
import { useEffect, useState } from 'react';
import { parseCustomerAccount } from '../../domain/credit/posting';
import {
  creditedMicro,
  type PublishedKey,
  paymentOf,
  RECEIPT_STEPS,
  type Receipt,
  type ReceiptVerdict,
  verifyReceipt,
} from '../../domain/credit/receipt';
import { parseReceipt } from '../../domain/credit/receiptText';
import { DomainError } from '../../domain/errors';
import { Button } from '../ui/Button';
import { classNames } from '../ui/classNames';
import { TextField } from '../ui/Field';
import { formatMoney } from '../ui/format';
import { formatIso } from '../ui/formatTime';
import { Glyph } from '../ui/glyphs';
import { LanguageSwitch } from '../ui/LookSwitches';
import { useCode } from '../ui/useCode';
import { checkSignature } from './checkSignature';
import { receiptIn } from './receiptInput';
import styles from './VerifyPage.module.css';

interface Props {
  keys: readonly PublishedKey[];
  /** Zone in which times are written. */
  zone: string;
}

type Result =
  | { kind: 'NONE' }
  | { kind: 'UNREADABLE'; reason: string }
  | { kind: 'CHECKED'; receipt: Receipt; verdict: ReceiptVerdict };

async function check(text: string, keys: readonly PublishedKey[]): Promise<Result> {
  if (text === '') return { kind: 'NONE' };
  try {
    const receipt = parseReceipt(text);
    return { kind: 'CHECKED', receipt, verdict: await verifyReceipt(receipt, keys, checkSignature) };
  } catch (error) {
    return { kind: 'UNREADABLE', reason: error instanceof DomainError ? error.reason : 'RECEIPT_FORM' };
  }
}

/**
 * Checks a receipt in this browser, from the address's fragment or from what is pasted. Nothing is asked of the server: once
 * loaded the page works without a connection.
 */
export function VerifyPage({ keys, zone }: Props) {
  const t = useTranslations('receipts');
  const [text, setText] = useState('');
  const [result, setResult] = useState<Result>({ kind: 'NONE' });

  useEffect(() => {
    const take = () => setText(window.location.hash.slice(1));
    take();
    window.addEventListener('hashchange', take);
    // Kept for the next scan without a connection; a browser without workers merely needs one.
    navigator.serviceWorker?.register('/verify-sw.js', { scope: '/verify' }).catch(() => undefined);
    return () => window.removeEventListener('hashchange', take);
  }, []);

  useEffect(() => {
    let stale = false;
    void check(receiptIn(text), keys).then((next) => {
      if (!stale) setResult(next);
    });
    return () => {
      stale = true;
    };
  }, [text, keys]);

  return (
    <main className={styles.page} data-testid="page-verify">
      <div className={styles.head}>
        <h1>{t('verifyTitle')}</h1>
        <LanguageSwitch />
      </div>
      <p className={styles.words}>{t('verifyWords')}</p>
      <Outcome result={result} />
      {result.kind === 'CHECKED' && (
        <Facts receipt={result.receipt} zone={zone} genuine={result.verdict.genuine} />
      )}
      <section className={styles.paste}>
        <TextField
          label={t('paste')}
          hint={t('pasteHint')}
          rows={4}
          value={text}
          spellCheck={false}
          onChange={(event) => setText(event.target.value)}
        />
        {text !== '' && (
          <Button size="small" onClick={() => setText('')}>
            {t('clear')}
          </Button>
        )}
      </section>
      <Keys keys={keys} />
    </main>
  );
}

function Outcome({ result }: { result: Result }) {
  const t = useTranslations('receipts');
  if (result.kind === 'NONE') return null;
  const genuine = result.kind === 'CHECKED' && result.verdict.genuine;
  const failed = result.kind === 'CHECKED' ? result.verdict.failed : result.reason;
  return (
    <section
      className={classNames(styles.outcome, !genuine && styles.refused)}
      role="status"
      data-testid="verify-outcome"
      data-genuine={String(genuine)}
      data-failed={failed ?? undefined}
    >
      <Glyph name={genuine ? 'check' : 'close'} />
      <div>
        <b>{t(genuine ? 'genuine' : 'refused')}</b>
        <p>{failed === null ? t('genuineWords') : t(`failed.${failed}`)}</p>
      </div>
    </section>
  );
}

/** What the receipt says. Of one that is refused it is shown as claimed, so that it can be compared with the paper. */
function Facts({ receipt, zone, genuine }: { receipt: Receipt; zone: string; genuine: boolean }) {
  const t = useTranslations('receipts');
  const code = useCode();
  const { tx, checkpoint } = receipt;
  const payment = paymentOf(tx);
  const account = tx.postings.flatMap(
    ({ s, d }) => parseCustomerAccount(s) ?? parseCustomerAccount(d) ?? [],
  )[0];
  const facts: [string, string][] = [
    [t('account'), account?.accountCode ?? '—'],
    [
      t('amount'),
      formatMoney(creditedMicro(tx), { currency: tx.ccy, decimals: tx.kind === 'topup' ? 2 : 6 }),
    ],
    [t('time'), formatIso(tx.at, zone)],
    [t('kind'), code('ledgerKind', tx.kind)],
    ...(payment
      ? ([
          [t('channel'), code('channel', payment.channel.toUpperCase())],
          [t('reference'), payment.reference],
        ] as [string, string][])
      : []),
    [t('transaction'), tx.id],
    [t('checkpoint'), t('checkpointOf', { n: checkpoint.n, time: formatIso(checkpoint.madeMs, zone) })],
  ];
  return (
    <section className={styles.facts} aria-label={t(genuine ? 'proven' : 'claimed')}>
      <h2>{t(genuine ? 'proven' : 'claimed')}</h2>
      <dl>
        {facts.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
        <div>
          <dt>{t('txHash')}</dt>
          <dd>
            <code>{receipt.txHash}</code>
          </dd>
        </div>
      </dl>
      <p className="meta">{t('steps', { n: RECEIPT_STEPS.length, levels: receipt.path.length })}</p>
    </section>
  );
}

function Keys({ keys }: { keys: readonly PublishedKey[] }) {
  const t = useTranslations('receipts');
  return (
    <section className={styles.keys}>
      <h2>{t('keys')}</h2>
      <p className="meta">{keys.length === 0 ? t('noKeys') : t('keysWords')}</p>
      <ul>
        {keys.map(({ keyId, publicKey }) => (
          <li key={keyId}>
            <b>{keyId}</b> <code>{publicKey}</code>
          </li>
        ))}
      </ul>
    </section>
  );
}
