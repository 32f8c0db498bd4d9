'use client';

import type { inferRouterOutputs } from '@trpc/server';
import { useTranslations } from 'next-intl';
import type { AppRouter } from '../../server/trpc/root';
import { Button } from '../ui/Button';
import { formatMoney } from '../ui/format';
import { formatIso } from '../ui/formatTime';
import { QrCode } from '../ui/QrCode';
import { useCode } from '../ui/useCode';
import styles from './ReceiptPage.module.css';

export type ReceiptData = inferRouterOutputs<AppRouter>['receipts']['get'];

/** A receipt to print: what was booked, and a code by which anybody can check it without us. */
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
  const facts: [string, string][] = [
    [t('account'), data.accountCode],
    ...(data.spaceCode && data.spaceCode !== data.accountCode
      ? ([[t('room'), data.spaceCode]] as [string, string][])
      : []),
    [t('time'), formatIso(data.atMs, zone)],
    [t('kind'), code('ledgerKind', data.kind)],
    ...(data.payment
      ? ([
          [t('channel'), code('channel', data.payment.channel.toUpperCase())],
          [t('reference'), data.payment.reference],
        ] as [string, string][])
      : []),
    ...(data.paid
      ? ([[t('paid'), formatMoney(data.paid.amountMicro, { currency: data.paid.currency })]] as [
          string,
          string,
        ][])
      : []),
    [t('transaction'), data.txId],
  ];
  return (
    <main className={styles.page} data-testid="page-receipt" data-sealed={data.receipt !== null}>
      <div className={styles.tools}>
        <Button onClick={() => window.print()}>{t('print')}</Button>
      </div>
      <article className={styles.sheet}>
        <header>
          <p>{campusName}</p>
          <h1>{t('title')}</h1>
        </header>
        <p className={styles.amount} data-testid="receipt-amount">
          {formatMoney(data.amountMicro, {
            currency: data.currency,
            decimals: data.kind === 'topup' ? 2 : 6,
          })}
        </p>
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
              <code>{data.txHash}</code>
            </dd>
          </div>
        </dl>
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
      </article>
    </main>
  );
}
