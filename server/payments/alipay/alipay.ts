import type { Clock } from '../../../domain/time/clock';
import { fenTextFromMicro } from '../../../domain/units';
import { asReference, microFromYuan } from '../amounts';
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
import type { AlipaySettings } from '../settings';
import { isSignedByAlipay, signedParameters, verifiedForm } from './alipaySignature';

type Json = Record<string, unknown>;

/** It carries no time of sending: what was paid longer ago than this is believed only once a question confirms it. */
const BELIEVED_MS = 48 * 3_600_000;
/** Alipay settles in this currency and names none. */
const CURRENCY = 'CNY';
const PAID = new Set(['TRADE_SUCCESS', 'TRADE_FINISHED']);
const CHINA_OFFSET_MS = 8 * 3_600_000;

/** Alipay with RSA2 signatures, ordered as a page on a phone (wap pay). */
export class Alipay implements NotifyingProvider {
  readonly channel = 'alipay' as const;

  constructor(
    private readonly settings: AlipaySettings,
    private readonly notifyUrl: string,
    private readonly returnUrl: (orderNo: string) => string,
    private readonly clock: Clock,
  ) {}

  async start(order: OrderAtProvider): Promise<StartedOrder> {
    if (order.currency !== CURRENCY) throw new ProviderUnavailable(`Alipay takes ${CURRENCY} alone`);
    const parameters = this.signed(
      'alipay.trade.wap.pay',
      {
        out_trade_no: order.orderNo,
        total_amount: fenTextFromMicro(order.amountMicro),
        subject: order.description,
        product_code: 'QUICK_WAP_WAY',
        quit_url: this.returnUrl(order.orderNo),
        // It knows the order only once the payer opens the page, so that before it can't be closed there.
        time_expire: chinaText(order.closesMs),
      },
      { notify_url: this.notifyUrl, return_url: this.returnUrl(order.orderNo) },
    );
    return {
      payUrl: `${this.settings.baseUrl}?${new URLSearchParams(parameters)}`,
      providerRef: null,
      answer: null,
    };
  }

  async ask(order: OrderAtProvider): Promise<OrderAnswer> {
    const answer = await this.call('alipay.trade.query', { out_trade_no: order.orderNo });
    if (answer.sub_code === 'ACQ.TRADE_NOT_EXIST') return { kind: 'UNPAID' };
    if (answer.code !== '10000') throw new ProviderUnavailable(`the question was answered ${answer.code}`);
    if (answer.out_trade_no !== order.orderNo)
      throw new ProviderUnavailable('the answer is of another order');
    const status = String(answer.trade_status);
    if (PAID.has(status)) {
      const amountMicro = microFromYuan(answer.total_amount);
      const txn = asReference(answer.trade_no);
      if (amountMicro === null || txn === null) throw new ProviderUnavailable('amount or number is missing');
      const currency = typeof answer.trans_currency === 'string' ? answer.trans_currency : CURRENCY;
      return {
        kind: 'PAID',
        payment: { txn, amountMicro, currency },
        paidMs: chinaTime(answer.send_pay_date),
      };
    }
    return status === 'TRADE_CLOSED' ? { kind: 'CLOSED', reason: status } : { kind: 'UNPAID' };
  }

  async close(order: OrderAtProvider): Promise<void> {
    const answer = await this.call('alipay.trade.close', { out_trade_no: order.orderNo });
    if (answer.code !== '10000' && answer.sub_code !== 'ACQ.TRADE_NOT_EXIST')
      throw new ProviderUnavailable(`closing was answered ${answer.code}`);
  }

  async refund(refund: RefundAtProvider): Promise<RefundAnswer> {
    const answer = await this.call('alipay.trade.refund', {
      trade_no: refund.providerTxn,
      out_request_no: refund.refundNo,
      refund_amount: fenTextFromMicro(refund.amountMicro),
      refund_reason: refund.reason.slice(0, 80),
    });
    if (answer.code === '10000') return { kind: 'DONE', providerRefund: refund.refundNo };
    const reason = asReference(answer.sub_code) ?? 'REFUSED';
    if (reason === 'ACQ.SYSTEM_ERROR' || answer.code === '20000')
      throw new ProviderUnavailable('a failure of its own');
    return { kind: 'REFUSED', reason };
  }

  readNotification(raw: RawNotification, nowMs: number): Notification {
    const form = verifiedForm(raw.body, this.settings.alipayPublicKeys);
    const eventId = asReference(form.get('notify_id'));
    if (!eventId) throw new NotificationRefused('MALFORMED', 'it has no notify_id');
    if (form.get('app_id') !== this.settings.appId || form.get('seller_id') !== this.settings.sellerId)
      throw new NotificationRefused('WRONG_MERCHANT', 'it is for another app or seller', { eventId });
    const status = form.get('trade_status') ?? '';
    if (!PAID.has(status)) return { kind: 'OTHER', eventId, what: status.slice(0, 64) };
    const amountMicro = microFromYuan(form.get('total_amount'));
    const txn = asReference(form.get('trade_no'));
    if (amountMicro === null || txn === null)
      throw new NotificationRefused('MALFORMED', 'amount or number is missing', { eventId });
    const paidMs = chinaTime(form.get('gmt_payment'));
    return {
      kind: 'PAYMENT',
      eventId,
      orderNo: asReference(form.get('out_trade_no')),
      payment: { txn, amountMicro, currency: form.get('trans_currency') ?? CURRENCY },
      paidMs,
      confirm: paidMs === null || nowMs - paidMs > BELIEVED_MS,
    };
  }

  private signed(method: string, content: Json, more: Record<string, string> = {}): Record<string, string> {
    return signedParameters(
      {
        app_id: this.settings.appId,
        method,
        format: 'JSON',
        charset: 'utf-8',
        sign_type: 'RSA2',
        timestamp: chinaText(this.clock.now()),
        version: '1.0',
        biz_content: JSON.stringify(content),
        ...more,
      },
      this.settings.appPrivateKey,
    );
  }

  private async call(method: string, content: Json): Promise<Json> {
    const answer = await httpCall(this.settings.baseUrl, {
      method: 'POST',
      headers: { 'Content-Type': 'application/x-www-form-urlencoded;charset=utf-8' },
      body: new URLSearchParams(this.signed(method, content)).toString(),
    });
    if (answer.status !== 200) throw new ProviderUnavailable(`answered ${answer.status}`);
    return this.verifiedAnswer(answer.body, `${method.replaceAll('.', '_')}_response`);
  }

  /** The node of an answer, once its signature over the very text of the node fits. */
  private verifiedAnswer(body: Buffer, name: string): Json {
    const whole = jsonAnswer(body);
    const node = whole[name];
    const content = nodeText(body.toString('utf8'), name);
    if (typeof node !== 'object' || node === null || typeof whole.sign !== 'string' || content === null)
      throw new ProviderUnavailable('the answer is not signed');
    if (!isSignedByAlipay(Buffer.from(content, 'utf8'), whole.sign, this.settings.alipayPublicKeys))
      throw new ProviderUnavailable('the signature of the answer does not fit');
    return node as Json;
  }
}

/** The text of a top-level object member, braces included, as it was signed; null where there is none. */
function nodeText(text: string, name: string): string | null {
  const key = `"${name}":`;
  const start = text.indexOf(key) + key.length;
  if (start < key.length || text[start] !== '{') return null;
  let depth = 0;
  for (let at = start, quoted = false; at < text.length; at++) {
    const char = text[at];
    if (quoted) {
      if (char === '\\') at += 1;
      else if (char === '"') quoted = false;
    } else if (char === '"') quoted = true;
    else if (char === '{') depth += 1;
    else if (char === '}') {
      depth -= 1;
      if (depth === 0) return text.slice(start, at + 1);
    }
  }
  return null;
}

/** `2025-09-10 12:00:00` of Alipay's own clock, which is China's, to ms UTC. */
function chinaTime(value: unknown): number | null {
  const match =
    typeof value === 'string' ? /^(\d{4}-\d\d-\d\d)[ T](\d\d:\d\d:\d\d)(?:\.\d+)?$/.exec(value) : null;
  const ms = match ? Date.parse(`${match[1]}T${match[2]}+08:00`) : Number.NaN;
  return Number.isNaN(ms) ? null : ms;
}

function chinaText(ms: number): string {
  return new Date(ms + CHINA_OFFSET_MS).toISOString().slice(0, 19).replace('T', ' ');
}
