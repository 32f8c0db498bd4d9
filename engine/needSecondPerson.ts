import type { Tx } from '../db/client';
import { isSamePerson } from '../db/queries/samePerson';
import { DomainError } from '../domain/errors';
import { REFUND_ALONE_MICRO } from '../domain/payments/secondPerson';
import { fenTextFromMicro } from '../domain/units';

/** Who acts, and who consents beside; null: nobody. The second was verified by whoever asks. */
export interface TwoPeople {
  readonly actor: string;
  readonly approver: string | null;
}

/** Whether somebody else than the one who acts consents: another human being, not another sign-in of the same. */
export async function consents(tx: Tx, { actor, approver }: TwoPeople): Promise<boolean> {
  return approver !== null && !(await isSamePerson(tx, actor, approver));
}

/** Who consents beside, where somebody else than the one who acts does; null: nobody. */
export async function consenting(
  tx: Tx,
  { actor, approver = null }: { readonly actor: string; readonly approver?: string | null },
): Promise<string | null> {
  return (await consents(tx, { actor, approver })) ? approver : null;
}

/** Above what one person may move within a day. @throws DomainError refused/SECOND_PERSON */
export async function needSecondAboveLimit(tx: Tx, people: TwoPeople): Promise<void> {
  if (await consents(tx, people)) return;
  const limit = fenTextFromMicro(REFUND_ALONE_MICRO);
  throw new DomainError('refused', 'SECOND_PERSON', `Above ${limit} a day a second person must consent.`, {
    field: '/second',
  });
}

/** Where nobody acts alone, whatever the sum. @throws DomainError refused/TWO_PERSONS */
export async function needSecondAlways(tx: Tx, people: TwoPeople): Promise<void> {
  if (await consents(tx, people)) return;
  throw new DomainError('refused', 'TWO_PERSONS', 'A second person of finance must consent.', {
    field: '/second',
  });
}

/** Whoever drafted does not approve, under whichever sign-in. @throws DomainError refused/OWN_DRAFT */
export async function needOtherThanAuthor(tx: Tx, draftedBy: string, by: string): Promise<void> {
  if (await isSamePerson(tx, draftedBy, by))
    throw new DomainError('refused', 'OWN_DRAFT', 'Another person must approve a draft than wrote it.');
}
