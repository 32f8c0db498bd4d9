import { notFound } from 'next/navigation';
import { signedIn } from '../../../../../requestContext';

/** One alarm, as a push message links to it; drawn by the layout. */
export default async function Alarm({ params }: { params: Promise<{ id: string }> }) {
  const { id } = await params;
  await signedIn(`/alarms/${id}`);
  if (!/^[1-9]\d{0,14}$/.test(id)) notFound();
  return null;
}
