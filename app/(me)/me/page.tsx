import type { Metadata } from 'next';
import { getTranslations } from 'next-intl/server';
import { HomePage } from '../../../components/me/HomePage';
import { NoRoom } from '../../../components/me/NoRoom';
import { presetsWith } from '../../../components/me/topup/presets';
import { lastPaid } from '../../../components/me/topup/topUpData';
import { api, signedIn } from '../../../requestContext';
import { type RoomSearch, roomOf } from './roomOf';

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations('me'))('homeTitle') };
}

/** A resident's first page. */
export default async function Me({ searchParams }: { searchParams: Promise<RoomSearch> }) {
  const session = await signedIn('/me');
  const room = roomOf(session, await searchParams);
  if (room === null) return <NoRoom />;
  const { me, credit, payments } = await api();
  const [home, today, methods, orders] = await Promise.all([
    me.home({ room }),
    me.today({ room }),
    payments.methods(),
    payments.recentOrders(),
  ]);
  const amounts = presetsWith(lastPaid(orders)?.amount ?? null);
  const [standing, outlook] = home.account
    ? await Promise.all([credit.standing({ room }), me.outlook({ room, amounts })])
    : [null, null];
  return <HomePage key={room} initial={{ home, standing, outlook, today, methods, orders }} />;
}
