import type { Metadata } from 'next';
import { getTranslations } from 'next-intl/server';
import { JobPage } from '../../../../components/control/JobPage';
import { ForbiddenPage } from '../../../../components/ui/CenteredPage';
import { api, signedIn } from '../../../../requestContext';
import { rolesThatMay } from '../../../../server/auth/permissions';
import { pageAnswer } from '../../../pageAnswer';

interface Params {
  params: Promise<{ job: string }>;
}

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations('control'))('jobs.title') };
}

/** One bulk job. */
export default async function Page({ params }: Params) {
  const { job } = await params;
  await signedIn(`/control/${job}`);
  const { control } = await api();
  return pageAnswer(
    control.job({ id: job }),
    (detail) => <JobPage key={job} initial={detail} />,
    () => <ForbiddenPage roles={rolesThatMay('VIEW_COMMANDS')} />,
  );
}
