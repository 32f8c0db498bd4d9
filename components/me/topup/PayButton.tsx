'use client';

import { useTranslations } from 'next-intl';
import { refusalOf } from '../../live/refusal';
import { useOffline } from '../../live/useOffline';
import { Button } from '../../ui/Button';
import { currencySymbol } from '../../ui/format';
import { useCode } from '../../ui/useCode';
import styles from './PayButton.module.css';
import type { PaymentMethod } from './topUpData';
import { usePay } from './usePay';

interface Props {
  accountCode: string;
  amount: string | null;
  method: PaymentMethod | null;
  currency: string;
}

/** The one button that orders: it names the method and the amount, and says why it can't be pressed. */
export function PayButton({ accountCode, amount, method, currency }: Props) {
  const t = useTranslations('topup');
  const code = useCode();
  const pay = usePay(accountCode);
  const offline = useOffline();
  const busy = pay.isPending || pay.isSuccess;
  return (
    <div className={styles.pay}>
      <Button
        variant="primary"
        size="phone"
        wide
        disabled={offline || busy || amount === null || method === null}
        onClick={() => amount !== null && method && pay.mutate({ amount, channel: method.channel })}
        data-testid="pay"
      >
        {busy
          ? t('opening')
          : method === null
            ? t('noMethod')
            : t('payBy', {
                method: code('channel', method.channel.toUpperCase()),
                amount: amount === null ? '' : `${currencySymbol(currency)}${Number(amount).toFixed(2)}`,
              })}
      </Button>
      <p className="meta" role="status" data-testid="pay-words">
        {pay.error
          ? code('refusal', refusalOf(pay.error).reason)
          : offline
            ? t('offline')
            : method?.sandbox
              ? t('sandbox')
              : ''}
      </p>
    </div>
  );
}
