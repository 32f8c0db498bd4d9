import { TRPCError } from '@trpc/server';
import type { Metadata } from 'next';
import { notFound } from 'next/navigation';
import { MeterPage } from '../../../../components/meters/MeterPage';
import { ForbiddenPage } from '../../../../components/ui/CenteredPage';
import { api, signedIn } from '../../../../requestContext';
import { rolesThatMay } from '../../../../server/auth/permissions';

interface Params {
  params: Promise<{ id: string }>;
}

/** The address names a meter by its code: `/meters/E-7-412`. */
async function codeOf({ params }: Params): Promise<string> {
  return decodeURIComponent((await params).id);
}

export async function generateMetadata(props: Params): Promise<Metadata> {
  return { title: await codeOf(props) };
}

/** One meter. */
export default async function Meter(props: Params) {
  const code = await codeOf(props);
  await signedIn(`/meters/${encodeURIComponent(code)}`);
  const data = await (await api()).meters.get({ code }).catch((error: unknown) => {
    if (!(error instanceof TRPCError)) throw error;
    if (error.code === 'FORBIDDEN') return null;
    if (error.code === 'NOT_FOUND' || error.code === 'BAD_REQUEST') notFound();
    throw error;
  });
  if (!data) {
    const roles = new Set([...rolesThatMay('VIEW_LIVE_ROOM'), ...rolesThatMay('VIEW_HEALTH')]);
    return <ForbiddenPage roles={[...roles]} />;
  }
  return <MeterPage key={code} code={code} initial={data} />;
}
