import type { Metadata } from 'next';
import { RoomPage } from '../../../../components/rooms/RoomPage';
import { ForbiddenPage } from '../../../../components/ui/CenteredPage';
import { api, signedIn } from '../../../../requestContext';
import { codeIn, pageAnswer } from '../../../pageAnswer';

interface Params {
  params: Promise<{ id: string }>;
}

export async function generateMetadata({ params }: Params): Promise<Metadata> {
  return { title: await codeIn(params, 'id') };
}

/** One room. */
export default async function Room({ params }: Params) {
  const code = await codeIn(params, 'id');
  await signedIn(`/rooms/${encodeURIComponent(code)}`);
  const { rooms } = await api();
  return pageAnswer(
    rooms.get({ code }),
    (data) => <RoomPage key={code} code={code} initial={data} />,
    () => (
      <ForbiddenPage roles={['ENERGY_MANAGER', 'SECURITY', 'WARDEN', 'MAINTAINER', 'FINANCE', 'STUDENT']} />
    ),
  );
}
