import { redirect } from 'next/navigation';
import { homePath } from '../requestContext';

/** The address itself leads to where the viewer's work is. */
export default async function Home() {
  redirect(await homePath());
}
