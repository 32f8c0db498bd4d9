import { signedIn } from '../../../../requestContext';

/** The list; drawn by the layout. */
export default async function Alarms() {
  await signedIn('/alarms');
  return null;
}
