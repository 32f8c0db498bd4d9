import { createHash, randomInt } from 'node:crypto';
import type { PushSubscription } from '../../../contracts/pushSubscription';
import { withTransaction } from '../../../db/client';
import {
  countWrongCode,
  deleteContact,
  enterContact,
  enterSubscription,
  findLanguage,
  listContacts,
  lockContact,
  lockEnteredOn,
  verifyContact,
} from '../../../db/queries/noticeContacts';
import { DomainError, invalid } from '../../../domain/errors';
import type { Caller } from '../../auth/caller';
import { sameHash } from '../../auth/tokens';
import type { NoticeDesk } from '../../notifications/noticeDesk';
import { addressProblem } from '../../notifications/outbound';
import { auditAct } from '../auditAct';
import type { ServiceDeps } from '../deps';
import { contactAddress, type TypedChannel } from './contactAddress';
import { personOf } from './preferences';

const CODE_LASTS_MS = 10 * 60_000;
const NEXT_CODE_MS = 60_000;
const TRIES = 5;
/** Browsers of one person; the oldest make room. */
const BROWSERS_MAX = 10;

/** A code is short, so its hash is bound to the address and the code lives for few tries and minutes. */
const hashOf = (userId: number, address: string, code: string): string =>
  createHash('sha256').update(`${userId}\n${address}\n${code}`).digest('hex');

/**
 * Enters an address and sends a code to it; until the code is entered it is not used, and the one that the channel has stays in use.
 * @returns the contact's id
 * @throws DomainError `invalid` at /channel or /address; `conflict` `CODE_SENT_JUST_NOW`; `unavailable` `CODE_NOT_SENT`
 */
export async function addContact(
  deps: ServiceDeps,
  desk: NoticeDesk,
  caller: Caller,
  input: { channel: TypedChannel; address: string },
): Promise<{ id: number }> {
  const userId = personOf(caller);
  const { channel } = input;
  if (!desk.offered().includes(channel))
    throw invalid('/channel', 'CHANNEL_NOT_OFFERED', 'This channel is not configured here.');
  const address = contactAddress(channel, input.address);
  const nowMs = deps.engine.clock.now();
  const code = String(randomInt(1_000_000)).padStart(6, '0');
  const wait = desk.codeWait(userId);
  if (wait > 0) throw tooSoon(wait);
  const { id, language } = await withTransaction(deps.database, async (tx) => {
    const before = await lockEnteredOn(tx.client, userId, channel);
    const sinceMs = nowMs - (before?.codeSentMs ?? Number.NEGATIVE_INFINITY);
    if (sinceMs >= 0 && sinceMs < NEXT_CODE_MS) throw tooSoon(Math.ceil((NEXT_CODE_MS - sinceMs) / 1_000));
    const entered = await enterContact(tx.client, {
      userId,
      channel,
      address,
      nowMs,
      codeHash: hashOf(userId, address, code),
      codeUntilMs: nowMs + CODE_LASTS_MS,
    });
    auditAct(tx, deps, caller, {
      action: 'NOTICE_CONTACT_ENTERED',
      target: `contact:${entered}`,
      after: { channel },
    });
    return { id: entered, language: await findLanguage(tx.client, userId) };
  });
  const outcome = await desk.sendCode(channel, address, { messageId: `code-${id}-${nowMs}`, code, language });
  if (outcome.kind === 'REFUSED')
    throw invalid('/address', 'ADDRESS_REFUSED', `The receiver refused: ${outcome.reason}.`);
  if (outcome.kind === 'RETRY')
    throw new DomainError('unavailable', 'CODE_NOT_SENT', `The code could not be sent: ${outcome.reason}.`);
  return { id };
}

const tooSoon = (seconds: number): DomainError =>
  new DomainError('conflict', 'CODE_SENT_JUST_NOW', 'A code was sent just now.', { seconds });

/**
 * Enters the code that came: the address is used from now on, in place of the one that the channel had.
 * @throws DomainError `notFound` `CONTACT`; `conflict` `CODE_OVER` (10 min or 5 tries); `invalid` `CODE_WRONG` at /code
 */
export async function confirmContact(
  deps: ServiceDeps,
  caller: Caller,
  input: { id: number; code: string },
): Promise<void> {
  const userId = personOf(caller);
  const nowMs = deps.engine.clock.now();
  const right = await withTransaction(deps.database, async (tx) => {
    const contact = await lockContact(tx.client, userId, input.id);
    if (!contact) throw noContact();
    const { codeHash, codeUntilMs, codeTries } = contact;
    if (codeHash === null || codeUntilMs === null || codeUntilMs <= nowMs || codeTries >= TRIES)
      throw new DomainError('conflict', 'CODE_OVER', 'The code is over; ask for a new one.');
    if (!sameHash(codeHash, hashOf(userId, contact.address, input.code))) {
      // Counted in this transaction, which must stand: the refusal follows it.
      await countWrongCode(tx.client, contact.id);
      return false;
    }
    const id = await verifyContact(tx.client, userId, contact, nowMs);
    auditAct(tx, deps, caller, {
      action: 'NOTICE_CONTACT_VERIFIED',
      target: `contact:${id}`,
      after: { channel: contact.channel },
    });
    return true;
  });
  if (!right) throw invalid('/code', 'CODE_WRONG', 'That is not the code.');
}

/** Stores the subscription of the browser that asks. @throws DomainError `invalid` at /channel or /subscription/endpoint */
export async function addBrowser(
  deps: ServiceDeps,
  desk: NoticeDesk,
  caller: Caller,
  subscription: PushSubscription,
): Promise<{ id: number }> {
  const userId = personOf(caller);
  if (desk.pushKey() === null)
    throw invalid('/channel', 'CHANNEL_NOT_OFFERED', 'This channel is not configured here.');
  // Push services are public. What administrators may subscribe in the own network is nothing that any resident may name.
  const problem = addressProblem(subscription.endpoint);
  if (problem !== null)
    throw invalid('/subscription/endpoint', problem, 'Messages are not sent to such an address.');
  return withTransaction(deps.database, async (tx) => {
    const id = await enterSubscription(tx.client, {
      userId,
      address: JSON.stringify(subscription),
      nowMs: deps.engine.clock.now(),
    });
    const browsers = (await listContacts(tx.client, userId)).filter(({ channel }) => channel === 'PUSH');
    const tooMany = Math.max(0, browsers.length - BROWSERS_MAX);
    for (const oldest of browsers.filter((one) => one.id !== id).slice(0, tooMany))
      await deleteContact(tx.client, userId, oldest.id);
    auditAct(tx, deps, caller, {
      action: 'NOTICE_CONTACT_VERIFIED',
      target: `contact:${id}`,
      after: { channel: 'PUSH' },
    });
    return { id };
  });
}

/**
 * Forgets a contact. Whoever answers alarms keeps one that works.
 * @throws DomainError `notFound` `CONTACT`; `conflict` `LAST_CONTACT`
 */
export async function removeContact(deps: ServiceDeps, caller: Caller, id: number): Promise<void> {
  const userId = personOf(caller);
  await withTransaction(deps.database, async (tx) => {
    const contact = await lockContact(tx.client, userId, id);
    if (!contact) throw noContact();
    const works = ({ verifiedMs, goneMs }: typeof contact) => verifiedMs !== null && goneMs === null;
    const others = (await listContacts(tx.client, userId)).filter((one) => one.id !== id && works(one));
    if (works(contact) && others.length === 0 && caller.permission('ACKNOWLEDGE_ALARM') !== null)
      throw new DomainError('conflict', 'LAST_CONTACT', 'Whoever answers alarms keeps one contact.');
    await deleteContact(tx.client, userId, id);
    auditAct(tx, deps, caller, {
      action: 'NOTICE_CONTACT_REMOVED',
      target: `contact:${id}`,
      before: { channel: contact.channel },
    });
  });
}

const noContact = (): DomainError => new DomainError('notFound', 'CONTACT', 'There is no such contact.');
