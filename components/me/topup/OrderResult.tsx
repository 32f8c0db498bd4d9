'use client';

import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import { useEffect } from 'react';
import { useLiveBalance } from '../../live/hooks';
import { useConnection, useLiveRoom } from '../../live/LiveProvider';
import { useNewestMoney } from '../../live/measured';
import { refusalOf } from '../../live/refusal';
import { useTRPC } from '../../live/trpc';
import { ButtonLink } from '../../ui/Button';
import buttons from '../../ui/Button.module.css';
import { classNames } from '../../ui/classNames';
import { formatMoney, formatMoneyText } from '../../ui/format';
import { formatAge, formatMoment, formatTimeLeft } from '../../ui/formatTime';
import { useCampusZone, useNow } from '../../ui/now';
import { ErrorState, Skeleton } from '../../ui/states';
import { useCode } from '../../ui/useCode';
import { useLang } from '../../ui/useLang';
import { HORIZON_HOURS } from '../../ui/useTimeLeftWords';
import type { MyAccount, MyHome } from '../meData';
import { RestoreAction } from '../RestoreAction';
import { useStanding } from '../useStanding';
import styles from './OrderResult.module.css';
import { OrderTimeline } from './OrderTimeline';
import type { Order } from './topUpData';
import { useLasts } from './useLasts';

const WATCH_MS = 1_000;
const NOTHING_MORE = ['0'] as const;
const HOUR_MS = 3_600_000;

/** Whether anything may still happen to an order by itself. */
export function isSettled(order: Pick<Order, 'state' | 'power'>): boolean {
  if (order.state === 'CREATED' || order.state === 'PAID') return false;
  return order.state !== 'CREDITED' || ['NOT_OFF', 'ON'].includes(order.power);
}

/** Key of the headline: what matters most about an order now. */
export function headlineOf({ state, power }: Pick<Order, 'state' | 'power'>): string {
  return state === 'CREDITED' ? `CREDITED_${power}` : state;
}

/** What became of a top-up, followed until power is measured: also after the page was closed and opened again. */
export function OrderResult({ orderNo, home }: { orderNo: string; home: MyHome }) {
  const code = useCode();
  const trpc = useTRPC();
  const queries = useQueryClient();
  useLiveRoom(`room:${home.room.code}`);
  const { data, error, refetch } = useQuery(
    trpc.payments.order.queryOptions(
      { orderNo },
      {
        staleTime: 0,
        refetchInterval: ({ state }) => (state.data && isSettled(state.data) ? false : WATCH_MS),
      },
    ),
  );
  // Coming back from the wallet proves nothing; it is the moment to ask the provider, should its notification be lost.
  const { mutate: askProvider } = useMutation(trpc.payments.returned.mutationOptions());
  const isOpen = data?.state === 'CREATED';
  useEffect(() => {
    if (isOpen) askProvider({ orderNo });
  }, [isOpen, orderNo, askProvider]);
  // A step of the order moves money or supply: the rest of the page is asked again with it.
  const moved = data ? `${data.state} ${data.power}` : '';
  const balance = useLiveBalance(home.account?.code ?? '');
  const ledger = balance?.ledgerMicro ?? '';
  // Each order that moves is told with the balance, also where that stays: the next look need not be waited for.
  const toldMs = balance?.asOf ?? 0;
  // biome-ignore lint/correctness/useExhaustiveDependencies: asked again when the account is told of
  useEffect(() => {
    if (toldMs > 0) void refetch();
  }, [toldMs]);
  const homeKey = trpc.me.home.queryKey({ room: home.room.code });
  // biome-ignore lint/correctness/useExhaustiveDependencies: asked again when the order moves, not when a key is made anew
  useEffect(() => {
    void queries.invalidateQueries({ queryKey: homeKey });
  }, [moved, ledger, queries]);
  if (error && !data)
    return <ErrorState cause={code('refusal', refusalOf(error).reason)} onRetry={() => void refetch()} />;
  if (!data) return <Skeleton height={480} onRetry={() => void refetch()} />;
  return <Result order={data} home={home} />;
}

function Result({ order, home }: { order: Order; home: MyHome }) {
  const t = useTranslations('topup');
  const { state: connection } = useConnection();
  const point = home.points.find(({ utility }) => utility === 'ELECTRICITY') ?? null;
  return (
    <>
      <section
        role="status"
        data-testid="order"
        data-state={order.state.toLowerCase()}
        data-power={order.power.toLowerCase()}
        data-order={order.orderNo}
      >
        <h2 className={styles.title}>{t(`headline.${headlineOf(order)}.title`)}</h2>
        <Subtitle order={order} />
      </section>
      <OrderTimeline order={order} />
      {order.help && <Help help={order.help} />}
      {order.state === 'CREDITED' && <Sum order={order} home={home} />}
      <p className="meta" data-testid="order-no">
        {t('orderNo', { no: order.orderNo })}
      </p>
      <div className={styles.foot}>
        {order.power === 'CONFIRM' && point && <Confirm room={home.room.code} pointCode={point.code} />}
        {order.payUrl !== null && (
          <a
            className={classNames(buttons.button, buttons.primary, buttons.phone, buttons.wide)}
            href={order.payUrl}
            aria-disabled={connection === 'offline'}
            data-testid="go-on-paying"
          >
            {t('goOn')}
          </a>
        )}
        {order.state === 'CLOSED' || order.state === 'CREATED' ? (
          <ButtonLink href="/me/topup?new=1" size="control" wide>
            {t('payAnother')}
          </ButtonLink>
        ) : (
          <>
            <ButtonLink href="/me" size="phone" wide variant={isSettled(order) ? 'primary' : 'plain'}>
              {t('done')}
            </ButtonLink>
            {order.receipt && (
              <ButtonLink href={`/receipts/${order.receipt.txId}`} size="control" wide>
                {t('receipt')}
              </ButtonLink>
            )}
          </>
        )}
      </div>
    </>
  );
}

function Subtitle({ order }: { order: Order }) {
  const t = useTranslations('topup');
  const lang = useLang();
  const zone = useCampusZone();
  const now = useNow();
  const at = (step: string) => {
    const text = order.timeline.find((each) => each.step === step)?.at ?? null;
    return text === null ? null : Date.parse(text);
  };
  const key = headlineOf(order);
  const [paidMs, onMs] = [at('PAID'), at('POWER_ON')];
  const words =
    key === 'CREDITED_ON' && paidMs !== null && onMs !== null
      ? // A second that has begun counts whole: nobody waits 0 s.
        t('onAfter', { age: formatAge(Math.max(1_000, Math.ceil((onMs - paidMs) / 1_000) * 1_000), lang) })
      : key === 'CREATED' && order.closesAt !== null
        ? t('closesAt', { time: formatMoment(Date.parse(order.closesAt), now, zone, lang, false) })
        : t(`headline.${key}.words`);
  return <p className={styles.soft}>{words}</p>;
}

/** Who has an order that is stuck, by when, and what to quote. */
function Help({ help }: { help: NonNullable<Order['help']> }) {
  const t = useTranslations('topup');
  const lang = useLang();
  const zone = useCampusZone();
  const now = useNow();
  const key = `problem.${help.problem}`;
  return (
    <section className={styles.help} data-testid="order-help" data-problem={help.problem.toLowerCase()}>
      <p>
        <b>{t.has(key) ? t(key) : help.problem}</b>
      </p>
      <p>{t(`help.${help.who}`, { time: formatMoment(Date.parse(help.by), now, zone, lang, false) })}</p>
      <p className="meta" data-testid="order-ticket">
        {t('ticket', { no: help.ticket })}
      </p>
    </section>
  );
}

/** Credit alone does not bring it back: what the resident can do. */
function Confirm({ room, pointCode }: { room: string; pointCode: string }) {
  return <RestoreAction room={room} standing={useStanding(room)} pointCode={pointCode} />;
}

/** What it comes to: how long the credit lasts now, what was added, and the balance. */
function Sum({ order, home }: { order: Order; home: MyHome }) {
  const trpc = useTRPC();
  const { data } = useQuery(
    trpc.me.home.queryOptions({ room: home.room.code }, { initialData: home, staleTime: 0 }),
  );
  return data.account && <Lines order={order} account={data.account} room={home.room.code} />;
}

function Lines({ order, account, room }: { order: Order; account: MyAccount; room: string }) {
  const t = useTranslations('topup');
  const me = useTranslations('me');
  const lang = useLang();
  // Walked anew: the stored forecast is renewed a moment after the credit.
  const hours = useLasts(room, NOTHING_MORE).get(NOTHING_MORE[0])?.hours ?? null;
  // Debts of an account in units are units.
  const held = { currency: order.units?.unit ?? order.currency };
  const money = useNewestMoney(account) ?? account.money;
  return (
    <dl className={styles.lines} data-testid="order-sum">
      {hours !== null && (
        <div className={styles.lead}>
          <dt>{me('stillLasts')}</dt>
          <dd>{hours >= HORIZON_HOURS ? t('lastsBeyond') : formatTimeLeft(hours * HOUR_MS, lang)}</dd>
        </div>
      )}
      <div>
        <dt>{t('title')}</dt>
        <dd>{formatMoneyText(order.amount, { currency: order.currency })}</dd>
      </div>
      {order.units && (
        <div>
          <dt>{t('sale')}</dt>
          <dd data-testid="order-units" data-quantity={order.units.quantity}>
            {formatMoneyText(order.units.quantity, held)}
          </dd>
        </div>
      )}
      {(['arrears', 'emergencyCredit'] as const)
        .filter((debt) => order.repaid !== null && Number(order.repaid[debt]) > 0)
        .map((debt) => (
          <div key={debt} data-testid="repaid" data-debt={debt} data-amount={order.repaid![debt]}>
            <dt>{t(`repaid.${debt}`)}</dt>
            <dd>{formatMoneyText(`-${order.repaid![debt]}`, held)}</dd>
          </div>
        ))}
      <div className={styles.total}>
        <dt>{me('balance')}</dt>
        <dd data-testid="balance" data-micro={money.availableMicro}>
          {formatMoney(money.availableMicro, { currency: account.currency })}
        </dd>
      </div>
    </dl>
  );
}
