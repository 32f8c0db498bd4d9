import type { Metadata } from 'next';
import { getTranslations } from 'next-intl/server';
import { NoRoom } from '../../../../components/me/NoRoom';
import { TopUpPage } from '../../../../components/me/topup/TopUpPage';
import { api, signedIn } from '../../../../requestContext';
import { type RoomSearch, roomOf } from '../roomOf';

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations('topup'))('title') };
}

/** A top-up and what became of it. */
export default async function TopUp({ searchParams }: { searchParams: Promise<RoomSearch> }) {
  const session = await signedIn('/me/topup');
  const room = roomOf(session, await searchParams);
  if (room === null) return <NoRoom />;
  const { me, payments } = await api();
  const [home, methods, orders] = await Promise.all([
    me.home({ room }),
    payments.methods(),
    payments.recentOrders(),
  ]);
  return <TopUpPage key={room} home={home} methods={methods} orders={orders} />;
}
