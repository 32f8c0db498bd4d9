import { createHmac } from 'node:crypto';
import { type Behaviour, damaged, type OutgoingNotification } from './notification';
import type { SandboxConfig } from './sandboxConfig';
import type { SandboxOrder, SandboxOrders } from './sandboxOrders';
import { answered, type SandboxAnswer, type SandboxRequest } from './sandboxRequest';

const stripeError = (status: number, code: string): SandboxAnswer => answered(status, { error: { code } });
const KEY_HOLDS_MS = 86_400_000;
const sessionId = (order: SandboxOrder): string => `cs_test_${order.orderNo}`;

/** Stripe's side: checkout sessions, refunds, and webhooks. */
export class StripeSandbox {
  private readonly answers = new Map<string, { readonly atMs: number; readonly answer: SandboxAnswer }>();

  constructor(
    private readonly config: SandboxConfig['stripe'],
    private readonly orders: SandboxOrders,
    private readonly walletUrl: (channel: 'stripe', orderNo: string) => string,
  ) {}

  /** Null: not one of its paths. */
  answer(request: SandboxRequest): SandboxAnswer | null {
    const { method, path } = request;
    if (!path.startsWith('/v1/')) return null;
    if (request.header('authorization') !== `Bearer ${this.config.secretKey}`)
      return stripeError(401, 'api_key_invalid');
    const form = request.form();
    if (method === 'POST' && path === '/v1/checkout/sessions') {
      const order = this.orders.open({
        channel: 'stripe',
        orderNo: form.get('client_reference_id') ?? '',
        amountFen: Number(form.get('line_items[0][price_data][unit_amount]')),
        currency: (form.get('line_items[0][price_data][currency]') ?? '').toUpperCase(),
        description: form.get('line_items[0][price_data][product_data][name]') ?? '',
        notifyUrl: this.config.webhookUrl,
        returnUrl: form.get('success_url'),
        createdMs: request.nowMs,
      });
      return answered(200, { ...this.session(order), url: this.walletUrl('stripe', order.orderNo) });
    }
    const ofSession = /^\/v1\/checkout\/sessions\/cs_test_([^/]+)(\/expire)?$/.exec(path);
    if (ofSession) {
      const order = this.orders.find('stripe', ofSession[1]!);
      if (!order) return stripeError(404, 'resource_missing');
      if (ofSession[2]) {
        if (order.state === 'PAID') return stripeError(400, 'session_complete');
        order.state = 'CLOSED';
      }
      return answered(200, this.session(order));
    }
    if (path === '/v1/refunds')
      return method === 'POST' ? this.makeRefund(request, form) : this.listRefunds(request);
    return stripeError(404, 'unknown');
  }

  /** A key of idempotency gives the same answer for a day; then the same request makes another refund. */
  private makeRefund(request: SandboxRequest, form: URLSearchParams): SandboxAnswer {
    const key = request.header('idempotency-key') ?? '';
    const known = this.answers.get(key);
    if (known && request.nowMs - known.atMs < KEY_HOLDS_MS) return known.answer;
    const order = this.orders.byTxn('stripe', form.get('payment_intent') ?? '');
    const name = `${form.get('metadata[refund_no]')}/${order?.refunds.size}`;
    const made = order && this.orders.refund(order, name, Number(form.get('amount')), request.nowMs);
    if (!made) return stripeError(400, 'charge_already_refunded');
    const answer = answered(200, { id: `re_${made.id}`, object: 'refund', status: 'succeeded' });
    this.answers.set(key, { atMs: request.nowMs, answer });
    return answer;
  }

  private listRefunds({ query }: SandboxRequest): SandboxAnswer {
    const order = this.orders.byTxn('stripe', query.get('payment_intent') ?? '');
    if (!order) return stripeError(404, 'resource_missing');
    const data = [...order.refunds].map(([name, { id }]) => ({
      id: `re_${id}`,
      object: 'refund',
      status: 'succeeded',
      metadata: { refund_no: name.split('/')[0] },
    }));
    return answered(200, { object: 'list', data, has_more: false });
  }

  notification(order: SandboxOrder, behaviour: Behaviour, nowMs: number): OutgoingNotification {
    return this.event(order, behaviour, nowMs, {
      id: `evt_${order.txn}`,
      type: 'checkout.session.completed',
      data: { object: this.session(order, behaviour) },
    });
  }

  /** The payer's bank takes a payment back, or gives it back after all. */
  chargeback(
    order: SandboxOrder,
    step: 'withdrawn' | 'reinstated',
    behaviour: Behaviour,
    nowMs: number,
  ): OutgoingNotification {
    return this.event(order, behaviour, nowMs, {
      id: `evt_${step}_${order.txn}`,
      type: `charge.dispute.funds_${step}`,
      data: {
        object: {
          id: `dp_${order.txn}`,
          object: 'dispute',
          amount: behaviour.amountFen ?? order.amountFen,
          currency: (behaviour.currency ?? order.currency).toLowerCase(),
          payment_intent: order.txn,
          reason: 'fraudulent',
        },
      },
    });
  }

  /** As it is signed and sent. */
  private event(
    order: SandboxOrder,
    behaviour: Behaviour,
    nowMs: number,
    event: { readonly id: string; readonly type: string; readonly data: object },
  ): OutgoingNotification {
    const body = Buffer.from(
      JSON.stringify({ ...event, object: 'event', created: Math.floor(nowMs / 1_000) }),
    );
    const t = Math.floor((behaviour.alter === 'OLD' ? nowMs - 600_000 : nowMs) / 1_000);
    const secret = behaviour.alter === 'SERIAL' ? 'whsec_of_somebody_else' : this.config.webhookSecret;
    const v1 = createHmac('sha256', secret)
      .update(`${t}.${body.toString('utf8')}`)
      .digest('hex');
    return {
      url: order.notifyUrl,
      headers: { 'Content-Type': 'application/json', 'Stripe-Signature': `t=${t},v1=${v1}` },
      body: damaged(body, behaviour),
      accepted: (status) => status >= 200 && status < 300,
    };
  }

  private session(order: SandboxOrder, behaviour?: Behaviour): object {
    return {
      id: sessionId(order),
      object: 'checkout.session',
      client_reference_id: order.orderNo,
      amount_total: behaviour?.amountFen ?? order.amountFen,
      currency: (behaviour?.currency ?? order.currency).toLowerCase(),
      payment_intent: order.txn,
      payment_status: order.state === 'PAID' ? 'paid' : 'unpaid',
      status: { OPEN: 'open', PAID: 'complete', CLOSED: 'expired' }[order.state],
    };
  }
}
