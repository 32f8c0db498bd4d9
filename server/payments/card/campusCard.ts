import { createHmac } from 'node:crypto';
import type { z } from 'zod';
import {
  type CardChargeAnswer,
  cardChargeAnswerSchema,
  cardRefundAnswerSchema,
  cardSignedText,
} from '../../../contracts/campusCard';
import type { Clock } from '../../../domain/time/clock';
import { fenTextFromMicro } from '../../../domain/units';
import { microFromYuan } from '../amounts';
import { httpCall, jsonAnswer } from '../httpCall';
import {
  type OrderAnswer,
  type OrderAtProvider,
  type PaymentProvider,
  ProviderUnavailable,
  type RefundAnswer,
  type RefundAtProvider,
  type StartedOrder,
} from '../provider';
import type { CardSettings } from '../settings';

/** The campus card: debits at once and tells nothing by itself, so what timed out is asked for (decision 66). */
export class CampusCard implements PaymentProvider {
  readonly channel = 'card' as const;

  constructor(
    private readonly settings: CardSettings,
    private readonly clock: Clock,
  ) {}

  async start(order: OrderAtProvider): Promise<StartedOrder> {
    if (order.payerNo === null)
      return { payUrl: null, providerRef: null, answer: { kind: 'CLOSED', reason: 'NO_CARD' } };
    const { status, body } = await this.call('POST', '/charges', {
      orderNo: order.orderNo,
      cardNo: order.payerNo,
      amount: fenTextFromMicro(order.amountMicro),
      currency: order.currency,
      terminal: this.settings.terminal,
    });
    if (status !== 200) throw new ProviderUnavailable(`the debit was answered ${status}`);
    return { payUrl: null, providerRef: null, answer: answerOf(read(cardChargeAnswerSchema, body), order) };
  }

  async ask(order: OrderAtProvider): Promise<OrderAnswer> {
    const { status, body } = await this.call('GET', `/charges/${order.orderNo}`);
    if (status === 404) return { kind: 'UNPAID' };
    if (status !== 200) throw new ProviderUnavailable(`the question was answered ${status}`);
    return answerOf(read(cardChargeAnswerSchema, body), order);
  }

  async close(): Promise<void> {
    // A debit that the card system never saw can't happen later by itself: it is ours to ask for.
  }

  async refund(refund: RefundAtProvider): Promise<RefundAnswer> {
    const { status, body } = await this.call('POST', '/refunds', {
      refundNo: refund.refundNo,
      orderNo: refund.orderNo,
      cardTxn: refund.providerTxn,
      amount: fenTextFromMicro(refund.amountMicro),
      currency: refund.currency,
    });
    if (status !== 200) throw new ProviderUnavailable(`the refund was answered ${status}`);
    const answer = read(cardRefundAnswerSchema, body);
    return answer.state === 'DONE'
      ? { kind: 'DONE', providerRefund: answer.cardRefund ?? refund.refundNo }
      : { kind: 'REFUSED', reason: answer.reason ?? 'REFUSED' };
  }

  private async call(method: 'GET' | 'POST', path: string, content?: object) {
    const body = content === undefined ? '' : JSON.stringify(content);
    const timestamp = String(Math.floor(this.clock.now() / 1_000));
    const url = new URL(this.settings.baseUrl + path);
    const signature = createHmac('sha256', this.settings.secret)
      .update(cardSignedText(method, url.pathname + url.search, timestamp, body))
      .digest('hex');
    const answer = await httpCall(url.href, {
      method,
      headers: {
        'X-Card-Key': this.settings.keyId,
        'X-Card-Timestamp': timestamp,
        'X-Card-Signature': signature,
        ...(body === '' ? {} : { 'Content-Type': 'application/json' }),
      },
      ...(body === '' ? {} : { body }),
    });
    return { status: answer.status, body: answer.status === 200 ? jsonAnswer(answer.body) : {} };
  }
}

function read<T>(schema: z.ZodType<T>, body: unknown): T {
  const parsed = schema.safeParse(body);
  if (!parsed.success) throw new ProviderUnavailable('the answer is not of the documented form');
  return parsed.data;
}

function answerOf(answer: CardChargeAnswer, order: OrderAtProvider): OrderAnswer {
  if (answer.orderNo !== order.orderNo) throw new ProviderUnavailable('the answer is of another order');
  if (answer.state === 'DECLINED') return { kind: 'CLOSED', reason: answer.reason ?? 'DECLINED' };
  const amountMicro = microFromYuan(answer.amount);
  if (answer.cardTxn === undefined || amountMicro === null)
    throw new ProviderUnavailable('number or amount is missing');
  return {
    kind: 'PAID',
    payment: { txn: answer.cardTxn, amountMicro, currency: answer.currency },
    paidMs: answer.at === undefined ? null : Date.parse(answer.at),
  };
}
