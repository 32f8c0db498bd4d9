'use client';

import { useTranslations } from 'next-intl';
import { useUrlValue } from '../../ui/useUrlValue';
import { MeHead, RoomAge, useRoomName } from '../MeHead';
import type { MyHome } from '../meData';
import { OrderResult } from './OrderResult';
import { TopUpForm } from './TopUpForm';
import styles from './TopUpPage.module.css';
import { type OrderSummary, type PaymentMethods, underWay } from './topUpData';

interface Props {
  home: MyHome;
  methods: PaymentMethods;
  orders: readonly OrderSummary[];
}

/** A top-up: what to pay and how; then what became of it. One that was left midway is gone on with. */
export function TopUpPage({ home, methods, orders }: Props) {
  const t = useTranslations('topup');
  const roomName = useRoomName();
  const [named] = useUrlValue('order');
  const [amount] = useUrlValue('amount');
  const [anew] = useUrlValue('new');
  const orderNo = named ?? (anew === null ? (underWay(orders)?.orderNo ?? null) : null);
  const first = home.points.find((point) => point.utility === 'ELECTRICITY') ?? null;
  const { account } = home;
  return (
    <>
      <MeHead title={t(orderNo === null ? 'title' : 'result')} back="/me">
        <span className={styles.room}>
          <span className="meta">{roomName(home.room)}</span>
          <RoomAge point={first} />
        </span>
      </MeHead>
      <div className={styles.page}>
        {orderNo !== null ? (
          <OrderResult key={orderNo} orderNo={orderNo} home={home} />
        ) : account ? (
          <TopUpForm
            room={home.room.code}
            accountCode={account.code}
            unit={account.currency}
            methods={methods}
            orders={orders}
            amount={amount}
          />
        ) : null}
      </div>
    </>
  );
}
