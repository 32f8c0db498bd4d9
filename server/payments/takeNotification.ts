import { createHash } from 'node:crypto';
import { withTransaction } from '../../db/client';
import { findOrder } from '../../db/queries/paymentOrders';
import { brokenEventOnce, insertPspEvent, isEventKnown, NOTHING_SAID } from '../../db/queries/pspEvents';
import { CLOSE_AT_MS } from '../../domain/payments/polling';
import { takeChargeback } from '../../engine/payments/chargeBack';
import { campusOfMerchant } from '../../engine/payments/merchantCampus';
import { alarmForgery } from '../../engine/payments/paymentAlarms';
import { takePayment } from '../../engine/payments/takePayment';
import { currentRegistry } from '../../engine/registry';
import type { LookDeps } from './lookAtOrders';
import {
  type Notification,
  NotificationRefused,
  type NotifyingProvider,
  type RawNotification,
} from './provider';
import type { NotifyingChannel } from './providers';

/** What the provider is told. TAKEN: recorded, whatever it means; it need not come again. REFUSED: it was not believed. */
export type NotificationOutcome =
  | { readonly kind: 'TAKEN' }
  | { readonly kind: 'REFUSED'; readonly refusal: NotificationRefused };

/**
 * Verifies a notification, then carries out what it says; everything is recorded, also what is refused, as far as one address
 * may fill the record with that. An error that is not
 * the notification's own fault is thrown: the provider then comes again.
 */
export async function takeNotification(
  deps: LookDeps,
  channel: NotifyingChannel,
  provider: NotifyingProvider,
  raw: RawNotification,
  from: { readonly address: string; readonly recordsRefusal: () => boolean },
): Promise<NotificationOutcome> {
  const { database, engine } = deps;
  const { address } = from;
  const bodyHash = createHash('sha256').update(raw.body).digest();
  const merchantCampus = deps.providers.campusOf(channel);
  try {
    const told = provider.readNotification(raw, engine.clock.now());
    if (told.kind === 'OTHER') await recordOther(deps, channel, told, bodyHash, address);
    else if (told.kind === 'CHARGEBACK')
      await takeChargeback(database, engine, {
        campusId: null,
        channel,
        ...told.payment,
        reference: told.reference,
        reason: told.reason,
        step: told.step,
        actor: `psp:${channel}`,
        event: { eventId: told.eventId, bodyHash, address },
        merchantCampus,
      });
    else {
      if (told.confirm) await confirm(deps, provider, told);
      await takePayment(database, engine, {
        ...told,
        channel,
        source: 'HOOK',
        bodyHash,
        address,
        merchantCampus,
      });
    }
    return { kind: 'TAKEN' };
  } catch (error) {
    if (!(error instanceof NotificationRefused)) throw error;
    if (from.recordsRefusal()) await recordRefused(deps, channel, error, bodyHash, address);
    return { kind: 'REFUSED', refusal: error };
  }
}

/** What is too old to be believed unasked holds only if the provider says the same now. */
async function confirm(
  { database }: LookDeps,
  provider: NotifyingProvider,
  told: Extract<Notification, { kind: 'PAYMENT' }>,
): Promise<void> {
  const claimed = { eventId: told.eventId, ...(told.orderNo === null ? {} : { orderNo: told.orderNo }) };
  const order = told.orderNo === null ? null : await findOrder(database.pool, told.orderNo);
  if (!order) throw new NotificationRefused('NOT_CONFIRMED', 'old, and of no order of ours', claimed);
  const answer = await provider.ask({
    orderNo: order.orderNo,
    amountMicro: order.amountMicro,
    currency: order.currency,
    description: '',
    providerRef: order.providerRef,
    closesMs: order.createdMs + CLOSE_AT_MS,
    payerNo: null,
    payerAddress: null,
  });
  const same =
    answer.kind === 'PAID' &&
    answer.payment.txn === told.payment.txn &&
    answer.payment.amountMicro === told.payment.amountMicro &&
    answer.payment.currency === told.payment.currency;
  if (!same) throw new NotificationRefused('NOT_CONFIRMED', 'old, and the provider says otherwise', claimed);
}

async function recordOther(
  { database, engine }: LookDeps,
  channel: NotifyingChannel,
  told: Extract<Notification, { kind: 'OTHER' }>,
  bodyHash: Buffer,
  address: string,
): Promise<void> {
  const record = () =>
    withTransaction(database, async (tx) =>
      insertPspEvent(tx.client, {
        ...NOTHING_SAID,
        channel,
        eventId: told.eventId,
        first: !(await isEventKnown(tx.client, channel, told.eventId)),
        verdict: 'IGNORED',
        receivedMs: engine.clock.now(),
        detail: told.what,
        bodyHash,
        address,
      }),
    );
  await record().catch((error: unknown) => {
    if (!brokenEventOnce(error)) throw error;
    return record();
  });
}

async function recordRefused(
  { database, engine, providers }: LookDeps,
  channel: NotifyingChannel,
  refusal: NotificationRefused,
  bodyHash: Buffer,
  address: string,
): Promise<void> {
  const nowMs = engine.clock.now();
  await withTransaction(database, async (tx) => {
    const registry = await currentRegistry(database, tx);
    const campusId = campusOfMerchant(registry, providers.campusOf(channel));
    await insertPspEvent(tx.client, {
      ...NOTHING_SAID,
      campusId,
      channel,
      eventId: refusal.claimed.eventId ?? null,
      orderNo: refusal.claimed.orderNo ?? null,
      verdict: 'REFUSED',
      receivedMs: nowMs,
      detail: `${refusal.reason}: ${refusal.detail}`.slice(0, 200),
      bodyHash,
      address,
    });
    // What carries no signature at all is noise of the network, no forgery.
    if (refusal.reason !== 'MALFORMED')
      for (const id of campusId === null ? registry.campuses.keys() : [campusId])
        await alarmForgery(tx, nowMs, id, { channel, reason: refusal.reason, address });
  });
}
