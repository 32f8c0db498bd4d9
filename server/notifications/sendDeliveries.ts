import { ulid } from 'ulid';
import type { Database } from '../../db/client';
import {
  type DeliveryEnd,
  markContactGone,
  markDelivery,
  type OppositeWords,
  oppositeWords,
  type TakenDelivery,
  takeDeliveries,
} from '../../db/queries/deliveries';
import { contradicting, tellsOfAnEnd } from '../../domain/notices/alarmSubject';
import { coolDownMs, isUseful, LEASE_MS, nextAttempt, quietUntil } from '../../domain/notices/deliveryPolicy';
import { GROUP_CHANNELS, type GroupChannel, type PersonChannel } from '../../domain/notices/noticeChannel';
import { campusZone } from '../../domain/time/campusTime';
import type { Clock } from '../../domain/time/clock';
import type { EngineContext } from '../../engine/context';
import { type Message, refused, retry, type SendOutcome } from './channel';
import { noticeMessage } from './noticeText';
import type { Senders } from './senders';

export interface SendDeps {
  readonly database: Database;
  readonly engine: EngineContext;
  /** Leases run by the machine's time; the demo's clock may jump. */
  readonly realClock: Clock;
  readonly senders: Pick<Senders, 'person' | 'group'>;
  readonly publicUrl: string;
}

/** Under way at once on one server. A receiver that does not answer holds up its own messages and no others. */
const AT_ONCE = 64;
/** Taken in one go of the job at most, so that a flood gives its lock back in between. */
const ROUNDS = 20;
/** The longest that one attempt may take, real time; well below a lease. */
const ATTEMPT_WITHIN_MS = 25_000;
/** How long a rotated secret signs beside the new one. */
const BOTH_SECRETS_MS = 24 * 3_600_000;

const GROUPS: ReadonlySet<string> = new Set(GROUP_CHANNELS);

/** Stable for a delivery: receivers tell repeats by it. */
export const messageIdOf = (deliveryId: number): string => `delivery-${deliveryId}`;

/**
 * Sends what is due. Each delivery is taken under a lease, sent, and marked only while the lease is still held: two servers never
 * have one at the same time, and one that was killed between sending and marking sends it again under the same message id.
 */
export class DeliveryRun {
  private readonly underWay = new Set<Promise<void>>();

  constructor(private readonly deps: SendDeps) {}

  /** Takes what is due and begins to send it; returns once nothing more is due, whoever still waits for an answer. */
  async takeDue(): Promise<void> {
    for (let round = 0; round < ROUNDS; round++) {
      if (this.underWay.size >= AT_ONCE) await Promise.race(this.underWay);
      const taken = await this.take(AT_ONCE - this.underWay.size);
      if (taken.length === 0) return;
      for (const own of byReceiver(taken)) this.begin(own);
    }
  }

  /** Waits for all that are under way. */
  async settled(): Promise<void> {
    while (this.underWay.size > 0) await Promise.all(this.underWay);
  }

  private take(atOnce: number): Promise<TakenDelivery[]> {
    const { database, engine, realClock } = this.deps;
    const realMs = realClock.now();
    return takeDeliveries(database.pool, {
      nowMs: engine.clock.now(),
      lease: ulid(realMs),
      realMs,
      leaseUntilMs: realMs + LEASE_MS,
      atOnce,
    });
  }

  private begin(own: readonly TakenDelivery[]): void {
    const run = sendInTurn(this.deps, own)
      // What could not be marked is taken again when its lease is over.
      .catch((error: unknown) => this.deps.engine.log.error({ err: error }, 'notices could not be marked'))
      .finally(() => this.underWay.delete(run));
    this.underWay.add(run);
  }
}

function byReceiver(taken: readonly TakenDelivery[]): TakenDelivery[][] {
  const groups = new Map<string, TakenDelivery[]>();
  for (const delivery of taken) {
    const key = `${delivery.channel}:${delivery.contactId}:${delivery.groupId}`;
    const own = groups.get(key);
    if (own) own.push(delivery);
    else groups.set(key, [delivery]);
  }
  return [...groups.values()];
}

/** One receiver's messages, one after the other, so that two about the same subject see each other. */
async function sendInTurn(deps: SendDeps, own: readonly TakenDelivery[]): Promise<void> {
  const sent = new Map<string, number>();
  const against = await wordsAgainst(deps, own);
  for (const delivery of own) {
    const words = against.get(delivery.id);
    const last: LastWords = {
      sameMs: sent.get(delivery.subject) ?? delivery.lastSentMs,
      oppositeMs: Math.max(
        words?.sentMs ?? Number.NEGATIVE_INFINITY,
        ...contradicting(delivery.subject).map((one) => sent.get(one) ?? Number.NEGATIVE_INFINITY),
      ),
      // An end that is none any more helps nobody; a beginning does, until its end was told.
      overtaken: (tellsOfAnEnd(delivery.subject) ? words?.outdated : words?.overtaken) ?? false,
    };
    // Whoever waited too long for those before it goes back: its lease might end while it is sent.
    const inTime = delivery.leaseUntilMs - deps.realClock.now() > ATTEMPT_WITHIN_MS;
    const end = inTime ? await endOf(deps, delivery, last) : goesBack(deps);
    if (end.state === 'SENT') sent.set(delivery.subject, end.sentMs);
    const marked = await markDelivery(deps.database.pool, delivery, end);
    if (end.state !== 'SENT' || !marked)
      deps.engine.log.warn(
        {
          delivery: delivery.id,
          channel: delivery.channel,
          state: end.state,
          ...(end.state === 'SENT' ? {} : { reason: end.reason }),
          attempts: delivery.attempts,
          marked,
        },
        'notice not sent',
      );
  }
}

/** What the receiver was told of the same thing before. */
interface LastWords {
  /** When the same was said; null: never. */
  readonly sameMs: number | null;
  /** When the opposite was said; minus infinity: never. */
  readonly oppositeMs: number;
  /** It would be a wrong last word. */
  readonly overtaken: boolean;
}

async function wordsAgainst(
  { database }: SendDeps,
  own: readonly TakenDelivery[],
): Promise<Map<number, OppositeWords>> {
  const asked = own
    .map(({ id, subject }) => ({ id, opposites: contradicting(subject) }))
    .filter(({ opposites }) => opposites.length > 0);
  const found = asked.length === 0 ? [] : await oppositeWords(database.pool, asked);
  return new Map(found.map((words) => [words.id, words]));
}

const goesBack = ({ engine }: SendDeps): DeliveryEnd => ({
  state: 'QUEUED',
  reason: 'RECEIVER_BUSY',
  dueMs: engine.clock.now(),
  counts: false,
});

async function endOf(deps: SendDeps, delivery: TakenDelivery, last: LastWords): Promise<DeliveryEnd> {
  const nowMs = deps.engine.clock.now();
  const { urgent, attempts, createdMs, timeZone } = delivery;
  if (delivery.ended) return { state: 'FAILED', reason: 'RECEIVER_GONE' };
  if (!isUseful({ urgent, attempts, createdMs }, nowMs)) return { state: 'FAILED', reason: 'TOO_LATE' };
  const quiet = urgent ? null : quietUntil(campusZone(timeZone), nowMs);
  if (quiet !== null) return { state: 'QUEUED', reason: 'QUIET_HOURS', dueMs: quiet, counts: false };
  if (last.overtaken) return { state: 'SKIPPED', reason: 'OVERTAKEN' };
  const pause = pauseOf(delivery, last, nowMs);
  if (pause !== null) return pause;
  const outcome = await attempt(deps, delivery);
  const doneMs = deps.engine.clock.now();
  if (outcome.kind === 'SENT') return { state: 'SENT', sentMs: doneMs };
  if (outcome.kind === 'REFUSED') {
    if (outcome.gone && delivery.contactId !== null)
      await markContactGone(deps.database.pool, delivery.contactId, doneMs);
    return { state: 'FAILED', reason: outcome.reason };
  }
  const dueMs = nextAttempt({ urgent, attempts, createdMs }, doneMs, outcome.askedMs ?? null);
  return dueMs === null
    ? { state: 'FAILED', reason: outcome.reason }
    : { state: 'QUEUED', reason: outcome.reason, dueMs, counts: true };
}

/**
 * What the pause between two messages of one subject makes of this one; null: it may go. The receiver's last word stays the true
 * one: after an end that was told a new beginning goes out at once, and an end that comes too soon after another waits.
 */
function pauseOf(
  { urgent, subject }: TakenDelivery,
  { sameMs, oppositeMs }: LastWords,
  nowMs: number,
): DeliveryEnd | null {
  if (sameMs === null || Math.abs(nowMs - sameMs) >= coolDownMs(urgent)) return null;
  if (sameMs > oppositeMs) return { state: 'SKIPPED', reason: 'COOL_DOWN' };
  return tellsOfAnEnd(subject)
    ? { state: 'QUEUED', reason: 'COOL_DOWN', dueMs: sameMs + coolDownMs(urgent), counts: false }
    : null;
}

/** One attempt. A fault of our own counts as one that may pass: it is logged, and the others go on. */
async function attempt(deps: SendDeps, delivery: TakenDelivery): Promise<SendOutcome> {
  const message = () =>
    noticeMessage(
      { ...delivery, id: messageIdOf(delivery.id), toGroup: delivery.group !== null },
      deps.publicUrl,
    );
  let timer: NodeJS.Timeout | undefined;
  const tooLong = new Promise<SendOutcome>((resolve) => {
    timer = setTimeout(() => resolve(retry('TIMEOUT')), ATTEMPT_WITHIN_MS);
  });
  try {
    return await Promise.race([send(deps, delivery, message()), tooLong]);
  } catch (error) {
    deps.engine.log.error({ err: error, delivery: delivery.id }, 'notice could not be made');
    return retry('FAULT');
  } finally {
    clearTimeout(timer);
  }
}

async function send(deps: SendDeps, delivery: TakenDelivery, message: Message): Promise<SendOutcome> {
  const { channel, address, group } = delivery;
  if (GROUPS.has(channel)) {
    const sender = deps.senders.group(channel as GroupChannel);
    if (!sender) return retry('NOT_CONFIGURED');
    if (!group) return refused('RECEIVER_GONE');
    const both = group.rotatedMs !== null && deps.engine.clock.now() - group.rotatedMs < BOTH_SECRETS_MS;
    return sender.send({ ...group, previousSecret: both ? group.previousSecret : null }, message);
  }
  const sender = deps.senders.person(channel as PersonChannel);
  if (!sender) return retry('NOT_CONFIGURED');
  return address === null ? refused('RECEIVER_GONE') : sender.send(address, message);
}
