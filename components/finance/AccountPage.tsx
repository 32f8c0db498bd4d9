'use client';

import { useQuery } from '@tanstack/react-query';
import Link from 'next/link';
import { useTranslations } from 'next-intl';
import { type ReactNode, useEffect, useState } from 'react';
import { useLiveBalance } from '../live/hooks';
import { useLiveRoom } from '../live/LiveProvider';
import { refusalOf } from '../live/refusal';
import { useTRPC } from '../live/trpc';
import { Button, ButtonLink } from '../ui/Button';
import { formatMoney } from '../ui/format';
import { PageHead } from '../ui/PageHead';
import { ErrorState } from '../ui/states';
import { useCode } from '../ui/useCode';
import { useOpens } from '../ui/useOpens';
import styles from './AccountPage.module.css';
import { AccountTariffs } from './AccountTariffs';
import { FinanceTabs } from './FinanceTabs';
import type { AccountData, Grants } from './financeTypes';
import { GiftDialog } from './GiftDialog';
import { GrantsPanel } from './GrantsPanel';
import { PotsPanel } from './PotsPanel';
import { SubsidyDialog } from './SubsidyDialog';
import { TermsPanel } from './TermsPanel';
import { UnitsDialog } from './UnitsDialog';

const REFRESH_MS = 15_000;

/** `/finance/accounts/[account]`: one account's money by its pots, what is agreed and given, its tariffs, the cash desk. */
export function AccountPage({
  code: account,
  currency,
  initial,
  grants: initialGrants,
  cashDesk,
}: {
  code: string;
  currency: string;
  initial: AccountData;
  grants: Grants;
  /** Null where nothing may be paid in. */
  cashDesk: ReactNode;
}) {
  const t = useTranslations('accounts');
  const code = useCode();
  const opens = useOpens();
  const trpc = useTRPC();
  const [dialog, setDialog] = useState<'SUBSIDY' | 'UNITS' | 'GIFT' | null>(null);
  const { data, error, refetch } = useQuery(
    trpc.finance.account.queryOptions({ account }, { initialData: initial, refetchInterval: REFRESH_MS }),
  );
  const grants = useQuery(
    trpc.credit.grants.queryOptions({ account }, { initialData: initialGrants, refetchInterval: REFRESH_MS }),
  );
  // Whatever moves its money is asked for at once; the interval is for terms and grants.
  useLiveRoom(`account:${account}`);
  const toldMs = useLiveBalance(account)?.asOf ?? 0;
  useEffect(() => {
    if (toldMs > 0) void refetch();
  }, [toldMs, refetch]);
  const { standing } = data;
  const { spaceCode, name, status } = data.account;
  const closed = status === 'CLOSED' ? code('refusal', 'ACCOUNT_CLOSED') : undefined;
  const noMoney = standing.currency === currency ? undefined : code('refusal', 'UNIT_ACCOUNT');
  const noFund = noMoney ?? (grants.data.funds.length === 0 ? t('fundFirst') : undefined);
  const close = () => setDialog(null);
  const money = { account, currency, onClose: close };
  return (
    <>
      <PageHead
        breadcrumb={
          <Link className={styles.link} href="/finance/accounts">
            {t('title')}
          </Link>
        }
        title={t('headline', {
          account: spaceCode ?? name ?? account,
          available: formatMoney(standing.balance.availableMicro, { currency: standing.currency }),
        })}
        words={[account, code('accountClass', data.terms.class), closed].filter(Boolean).join(' · ')}
        actions={
          <>
            <ButtonLink href={`/finance/ledger?span=ALL&room=${encodeURIComponent(account)}`}>
              {t('ledger')}
            </ButtonLink>
            {spaceCode !== null && opens('/rooms') && (
              <ButtonLink href={`/rooms/${encodeURIComponent(spaceCode)}`}>{t('room')}</ButtonLink>
            )}
            <ButtonLink href={`/finance/payments?refund=${encodeURIComponent(account)}`}>
              {t('refund')}
            </ButtonLink>
          </>
        }
      />
      <FinanceTabs />
      {error && (
        <ErrorState cause={code('refusal', refusalOf(error).reason)} onRetry={() => void refetch()} />
      )}
      <div className={styles.columns}>
        <div className={styles.stack}>
          <PotsPanel data={data} currency={standing.currency} />
          <GrantsPanel
            title={t('grants')}
            grants={grants.data}
            currency={currency}
            actions={
              <>
                <Button
                  size="small"
                  onClick={() => setDialog('SUBSIDY')}
                  disabled={noFund !== undefined}
                  title={noFund}
                  data-testid="new-subsidy"
                >
                  {t('newSubsidy')}
                </Button>
                <Button
                  size="small"
                  onClick={() => setDialog('UNITS')}
                  disabled={noFund !== undefined}
                  title={noFund}
                  data-testid="new-units"
                >
                  {t('newUnits')}
                </Button>
                <Button
                  size="small"
                  onClick={() => setDialog('GIFT')}
                  disabled={noMoney !== undefined}
                  title={noMoney}
                  data-testid="new-gift"
                >
                  {t('newGift')}
                </Button>
              </>
            }
          />
        </div>
        <div className={styles.stack}>
          <TermsPanel data={data} currency={standing.currency} closed={closed} />
          <AccountTariffs data={data} />
          {cashDesk}
        </div>
      </div>
      {dialog === 'SUBSIDY' && <SubsidyDialog {...money} funds={grants.data.funds} />}
      {dialog === 'UNITS' && <UnitsDialog account={account} funds={grants.data.funds} onClose={close} />}
      {dialog === 'GIFT' && <GiftDialog {...money} />}
    </>
  );
}
