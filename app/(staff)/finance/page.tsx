import { redirect } from 'next/navigation';
import { signedIn } from '../../../requestContext';
import { mayEver } from '../../../server/auth/permissions';

/** Finance begins at its payments; for who only reads the books, at the ledger. */
export default async function Page() {
  const session = await signedIn('/finance');
  redirect(mayEver(session, 'REFUND') ? '/finance/payments' : '/finance/ledger');
}
