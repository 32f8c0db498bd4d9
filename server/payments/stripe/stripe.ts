import { asReference, minorUnits, paidMinor } from '../amounts';
import { httpCall, jsonAnswer } from '../httpCall';
import {
  type Notification,
  NotificationRefused,
  type NotifyingProvider,
  type OrderAnswer,
  type OrderAtProvider,
  ProviderUnavailable,
  type RawNotification,
  type RefundAnswer,
  type RefundAtProvider,
  type StartedOrder,
} from '../provider';
import type { StripeSettings } from '../settings';
import { verifyStripe } from './stripeSignature';

type Json = Record<string, unknown>;
const objectOf = (value: unknown): Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : {};

/** Events of a dispute in which money moves; the others only tell how it stands. */
const MOVED_BY_DISPUTE = new Map<string, 'TAKEN' | 'RETURNED'>([
  ['charge.dispute.funds_withdrawn', 'TAKEN'],
  ['charge.dispute.funds_reinstated', 'RETURNED'],
]);

/** Stripe, through its own checkout page. The payment's number is the one of the payment intent. */
export class Stripe implements NotifyingProvider {
  readonly channel = 'stripe' as const;

  constructor(
    private readonly settings: StripeSettings,
    private readonly returnUrl: (orderNo: string) => string,
  ) {}

  async start(order: OrderAtProvider): Promise<StartedOrder> {
    const form = new URLSearchParams({
      mode: 'payment',
      client_reference_id: order.orderNo,
      success_url: this.returnUrl(order.orderNo),
      cancel_url: this.returnUrl(order.orderNo),
      'line_items[0][quantity]': '1',
      'line_items[0][price_data][currency]': order.currency.toLowerCase(),
      'line_items[0][price_data][unit_amount]': String(minorUnits(order.amountMicro)),
      'line_items[0][price_data][product_data][name]': order.description,
      'payment_intent_data[metadata][order_no]': order.orderNo,
    });
    const session = await this.call('POST', '/v1/checkout/sessions', form, order.orderNo);
    if (typeof session.url !== 'string' || asReference(session.id) === null)
      throw new ProviderUnavailable('the session has no address');
    return { payUrl: session.url, providerRef: asReference(session.id), answer: null };
  }

  async ask(order: OrderAtProvider): Promise<OrderAnswer> {
    if (order.providerRef === null) return { kind: 'UNPAID' };
    const session = await this.call('GET', `/v1/checkout/sessions/${order.providerRef}`);
    if (session.client_reference_id !== order.orderNo)
      throw new ProviderUnavailable('the answer is of another order');
    if (session.payment_status === 'paid')
      return { kind: 'PAID', payment: paymentOfSession(session), paidMs: null };
    return session.status === 'expired' ? { kind: 'CLOSED', reason: 'EXPIRED' } : { kind: 'UNPAID' };
  }

  async close(order: OrderAtProvider): Promise<void> {
    if (order.providerRef === null) return;
    await this.call('POST', `/v1/checkout/sessions/${order.providerRef}/expire`, new URLSearchParams());
  }

  async refund(refund: RefundAtProvider): Promise<RefundAnswer> {
    // A key of idempotency holds for a day: after that the same words would give the money back once more.
    const made = await this.refundMade(refund);
    if (made) return refundAnswer(made, refund);
    const form = new URLSearchParams({
      payment_intent: refund.providerTxn,
      amount: String(minorUnits(refund.amountMicro)),
      'metadata[refund_no]': refund.refundNo,
    });
    const answer = await this.callRaw('POST', '/v1/refunds', form, refund.refundNo);
    if (answer.status === 400 || answer.status === 402 || answer.status === 404)
      return {
        kind: 'REFUSED',
        reason: asReference(objectOf(answer.body.error).code) ?? `HTTP_${answer.status}`,
      };
    if (answer.status !== 200) throw new ProviderUnavailable(`the refund was answered ${answer.status}`);
    return refundAnswer(answer.body, refund);
  }

  /** The refund of our number among those of the payment; null: none was made. */
  private async refundMade({ providerTxn, refundNo }: RefundAtProvider): Promise<Json | null> {
    const query = new URLSearchParams({ payment_intent: providerTxn, limit: '100' });
    const { status, body } = await this.callRaw('GET', `/v1/refunds?${query}`);
    if (status === 400 || status === 404) return null;
    if (status !== 200 || !Array.isArray(body.data) || body.has_more === true)
      throw new ProviderUnavailable(`the question for refunds was answered ${status}`);
    const list = body.data.map(objectOf);
    return list.find(({ metadata }) => objectOf(metadata).refund_no === refundNo) ?? null;
  }

  readNotification(raw: RawNotification, nowMs: number): Notification {
    verifyStripe(raw.body, raw.header('stripe-signature'), this.settings.webhookSecrets, nowMs);
    let event: Json;
    try {
      event = objectOf(JSON.parse(raw.body.toString('utf8')));
    } catch {
      throw new NotificationRefused('MALFORMED', 'it is not JSON');
    }
    const eventId = asReference(event.id);
    if (!eventId) throw new NotificationRefused('MALFORMED', 'it has no id');
    const object = objectOf(objectOf(event.data).object);
    const paidMs = typeof event.created === 'number' ? event.created * 1_000 : null;
    const told = { kind: 'PAYMENT' as const, eventId, paidMs, confirm: false };
    if (
      (event.type === 'checkout.session.completed' ||
        event.type === 'checkout.session.async_payment_succeeded') &&
      object.payment_status === 'paid'
    )
      return {
        ...told,
        orderNo: asReference(object.client_reference_id),
        payment: refusable(object, eventId),
      };
    if (event.type === 'payment_intent.succeeded') {
      const paid = paidMinor(object.amount_received, object.currency);
      const txn = asReference(object.id);
      if (paid === null || txn === null)
        throw new NotificationRefused('MALFORMED', 'amount, currency or number is missing', { eventId });
      return {
        ...told,
        orderNo: asReference(objectOf(object.metadata).order_no),
        payment: { txn, ...paid },
      };
    }
    const step = MOVED_BY_DISPUTE.get(String(event.type));
    if (step !== undefined) {
      const paid = paidMinor(object.amount, object.currency);
      const txn = asReference(object.payment_intent);
      const reference = asReference(object.id);
      if (paid === null || txn === null || reference === null)
        throw new NotificationRefused('MALFORMED', 'amount, currency or number is missing', { eventId });
      return {
        kind: 'CHARGEBACK',
        eventId,
        step,
        reference,
        payment: { txn, ...paid },
        reason: asReference(object.reason) ?? 'unknown',
      };
    }
    return { kind: 'OTHER', eventId, what: String(event.type).slice(0, 64) };
  }

  private async call(
    method: 'GET' | 'POST',
    path: string,
    form?: URLSearchParams,
    idempotencyKey?: string,
  ): Promise<Json> {
    const { status, body } = await this.callRaw(method, path, form, idempotencyKey);
    if (status !== 200) throw new ProviderUnavailable(`answered ${status}`);
    return body;
  }

  private async callRaw(
    method: 'GET' | 'POST',
    path: string,
    form?: URLSearchParams,
    idempotencyKey?: string,
  ): Promise<{ status: number; body: Json }> {
    const answer = await httpCall(this.settings.baseUrl + path, {
      method,
      headers: {
        Authorization: `Bearer ${this.settings.secretKey}`,
        ...(form ? { 'Content-Type': 'application/x-www-form-urlencoded' } : {}),
        ...(idempotencyKey ? { 'Idempotency-Key': idempotencyKey } : {}),
      },
      ...(form ? { body: form.toString() } : {}),
    });
    if (answer.status >= 500 || answer.status === 429 || answer.status === 409)
      throw new ProviderUnavailable(`answered ${answer.status}`);
    return { status: answer.status, body: jsonAnswer(answer.body) };
  }
}

function refundAnswer({ id, status }: Json, { refundNo }: RefundAtProvider): RefundAnswer {
  const providerRefund = asReference(id);
  switch (status) {
    case 'succeeded':
      return { kind: 'DONE', providerRefund: providerRefund ?? refundNo };
    case 'failed':
    case 'canceled':
      return { kind: 'REFUSED', reason: status.toUpperCase() };
    default:
      return { kind: 'PENDING', providerRefund };
  }
}

function paymentOfSession(session: Json) {
  const paid = paidMinor(session.amount_total, session.currency);
  const txn = asReference(session.payment_intent);
  if (paid === null || txn === null) throw new ProviderUnavailable('amount, currency or number is missing');
  return { txn, ...paid };
}

/** The same of a notification: what it lacks is its own fault, not the network's. */
function refusable(session: Json, eventId: string) {
  try {
    return paymentOfSession(session);
  } catch {
    throw new NotificationRefused('MALFORMED', 'amount, currency or number is missing', { eventId });
  }
}
