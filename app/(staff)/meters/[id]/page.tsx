import type { Metadata } from 'next';
import { MeterPage } from '../../../../components/meters/MeterPage';
import { ForbiddenPage } from '../../../../components/ui/CenteredPage';
import { api, signedIn } from '../../../../requestContext';
import { rolesThatMay } from '../../../../server/auth/permissions';
import { codeIn, pageAnswer } from '../../../pageAnswer';

interface Params {
  params: Promise<{ id: string }>;
}

export async function generateMetadata({ params }: Params): Promise<Metadata> {
  return { title: await codeIn(params, 'id') };
}

/** One meter. */
export default async function Meter({ params }: Params) {
  const code = await codeIn(params, 'id');
  await signedIn(`/meters/${encodeURIComponent(code)}`);
  const { meters } = await api();
  const roles = new Set([...rolesThatMay('VIEW_LIVE_ROOM'), ...rolesThatMay('VIEW_HEALTH')]);
  return pageAnswer(
    meters.get({ code }),
    (data) => <MeterPage key={code} code={code} initial={data} />,
    () => <ForbiddenPage roles={[...roles]} />,
  );
}
