'use client';

import type { inferRouterOutputs } from '@trpc/server';
import { useRouter } from 'next/navigation';
import { useTranslations } from 'next-intl';
import type { AppRouter } from '../../server/trpc/root';
import { Button } from '../ui/Button';
import { formatMoney } from '../ui/format';
import { formatIso } from '../ui/formatTime';
import { QrCode } from '../ui/QrCode';
import { useCode } from '../ui/useCode';
import styles from './ReceiptPage.module.css';

export type ReceiptData = inferRouterOutputs<AppRouter>['receipts']['get'];

/** To where the reader came from: an installed page has no button of a browser's. A receipt that was opened by itself leads to the start. */
function useBack(): () => void {
  const router = useRouter();
  return () => (window.history.length > 1 ? router.back() : router.push('/'));
}

/**
 * A receipt to print: what was booked, and a code by which anybody can check it without us. What the code does not hold, the campus,
 * the room and what was paid for units, stands apart and is said to.
 */
export function ReceiptPage({
  data,
  campusName,
  zone,
}: {
  data: ReceiptData;
  campusName: string;
  zone: string;
}) {
  const t = useTranslations('receipts');
  const code = useCode();
  const back = useBack();
  const proven: [string, string][] = [
    [t('account'), data.accountCode],
    [t('time'), formatIso(data.atMs, zone)],
    [t('kind'), code('ledgerKind', data.kind)],
    ...(data.payment
      ? ([
          [t('channel'), code('channel', data.payment.channel.toUpperCase())],
          [t('reference'), data.payment.reference],
        ] as [string, string][])
      : []),
    [t('transaction'), data.txId],
    [t('txHash'), data.txHash],
  ];
  const beside: [string, string][] = [
    [t('campus'), campusName],
    ...(data.spaceCode ? ([[t('room'), data.spaceCode]] as [string, string][]) : []),
    ...(data.paid
      ? ([[t('paid'), formatMoney(data.paid.amountMicro, { currency: data.paid.currency })]] as [
          string,
          string,
        ][])
      : []),
  ];
  return (
    <main className={styles.page} data-testid="page-receipt" data-sealed={data.receipt !== null}>
      <div className={styles.tools}>
        <Button variant="quiet" onClick={back} data-testid="receipt-back">
          {t('back')}
        </Button>
        <Button onClick={() => window.print()}>{t('print')}</Button>
      </div>
      <article className={styles.sheet}>
        <h1>{t('title')}</h1>
        <section data-testid="receipt-proven">
          {data.receipt !== null && <h2>{t('provenByCode')}</h2>}
          <p className={styles.amount} data-testid="receipt-amount">
            {formatMoney(data.amountMicro, {
              currency: data.currency,
              decimals: data.kind === 'topup' ? 2 : 6,
            })}
          </p>
          <Facts facts={proven} />
        </section>
        {data.verifyUrl && data.checkpoint ? (
          <div className={styles.proof}>
            <QrCode
              text={data.verifyUrl}
              correction="L"
              className={styles.code}
              paperClassName={styles.paper}
              testId="receipt-qr"
            />
            <div>
              <p>{t('scan')}</p>
              <p className={styles.small}>
                {t('sealed', {
                  n: data.checkpoint.n,
                  time: formatIso(data.checkpoint.madeMs, zone),
                  key: data.checkpoint.keyId,
                })}
              </p>
              <p className={styles.link}>
                <a href={data.verifyUrl} data-testid="verify-link">
                  {t('verifyHere')}
                </a>
              </p>
            </div>
          </div>
        ) : (
          <p className={styles.waiting} role="status" data-testid="receipt-waiting">
            {t('notSealed', { time: formatIso(data.sealedByMs ?? data.atMs, zone) })}
          </p>
        )}
        <section className={styles.beside} data-testid="receipt-beside">
          <h2>{t('beside')}</h2>
          <Facts facts={beside} />
        </section>
      </article>
    </main>
  );
}

function Facts({ facts }: { facts: readonly [string, string][] }) {
  return (
    <dl>
      {facts.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
