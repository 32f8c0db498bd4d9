import type { Metadata } from 'next';
import { getTranslations } from 'next-intl/server';
import { NoRoom } from '../../../../components/me/NoRoom';

import { stepOf, utilityOf } from '../../../../components/me/usageChoice';
import { api, signedIn } from '../../../../requestContext';
import { type RoomSearch, roomOf } from '../roomOf';
import { UsageWithProofs } from './UsageWithProofs';

interface Search extends RoomSearch {
  step?: string;
  utility?: string;
}

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations('me'))('usage') };
}

/** What a room used, and what it cost. */
export default async function Usage({ searchParams }: { searchParams: Promise<Search> }) {
  const session = await signedIn('/me/usage');
  const search = await searchParams;
  const room = roomOf(session, search);
  if (room === null) return <NoRoom />;
  const { me } = await api();
  const [home, usage] = await Promise.all([
    me.home({ room }),
    me.usage({ room, step: stepOf(search.step), atMs: null, utility: utilityOf(search.utility) }),
  ]);
  return <UsageWithProofs key={room} home={home} initial={usage} />;
}
