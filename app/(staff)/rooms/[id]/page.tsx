import { TRPCError } from '@trpc/server';
import type { Metadata } from 'next';
import { notFound } from 'next/navigation';
import { RoomPage } from '../../../../components/rooms/RoomPage';
import { ForbiddenPage } from '../../../../components/ui/CenteredPage';
import { api, signedIn } from '../../../../requestContext';

interface Params {
  params: Promise<{ id: string }>;
}

/** The address names a room by its code, as people do: `/rooms/7-412`. */
async function codeOf({ params }: Params): Promise<string> {
  return decodeURIComponent((await params).id);
}

export async function generateMetadata(props: Params): Promise<Metadata> {
  return { title: await codeOf(props) };
}

/** One room. */
export default async function Room(props: Params) {
  const code = await codeOf(props);
  await signedIn(`/rooms/${encodeURIComponent(code)}`);
  const data = await (await api()).rooms.get({ code }).catch((error: unknown) => {
    if (!(error instanceof TRPCError)) throw error;
    if (error.code === 'FORBIDDEN') return null;
    if (error.code === 'NOT_FOUND' || error.code === 'BAD_REQUEST') notFound();
    throw error;
  });
  if (!data)
    return (
      <ForbiddenPage roles={['ENERGY_MANAGER', 'SECURITY', 'WARDEN', 'MAINTAINER', 'FINANCE', 'STUDENT']} />
    );
  return <RoomPage key={code} code={code} initial={data} />;
}
