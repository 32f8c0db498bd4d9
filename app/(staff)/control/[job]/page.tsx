import { TRPCError } from '@trpc/server';
import type { Metadata } from 'next';
import { notFound } from 'next/navigation';
import { getTranslations } from 'next-intl/server';
import { JobPage } from '../../../../components/control/JobPage';
import { ForbiddenPage } from '../../../../components/ui/CenteredPage';
import { api, signedIn } from '../../../../requestContext';
import { mayEver, rolesThatMay } from '../../../../server/auth/permissions';

interface Params {
  params: Promise<{ job: string }>;
}

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations('control'))('jobs.title') };
}

/** One bulk job. */
export default async function Page({ params }: Params) {
  const { job } = await params;
  const session = await signedIn(`/control/${job}`);
  if (!mayEver(session, 'VIEW_COMMANDS')) return <ForbiddenPage roles={rolesThatMay('VIEW_COMMANDS')} />;
  const detail = await (await api()).control.job({ id: job }).catch((error: unknown) => {
    if (error instanceof TRPCError && (error.code === 'NOT_FOUND' || error.code === 'BAD_REQUEST'))
      notFound();
    throw error;
  });
  return <JobPage key={job} initial={detail} />;
}
