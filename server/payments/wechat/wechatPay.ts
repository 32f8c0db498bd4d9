import { randomBytes } from 'node:crypto';
import type { Clock } from '../../../domain/time/clock';
import { asReference, minorUnits, paidMinor } from '../amounts';
import { type HttpAnswer, httpCall, jsonAnswer } from '../httpCall';
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
import type { WechatSettings } from '../settings';
import { openResource, verifyWechat, wechatAuthorization } from './wechatSignature';

type Json = Record<string, unknown>;
const objectOf = (value: unknown): Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : {};

/** States of a transaction after which nothing can be paid. */
const OVER = new Set(['CLOSED', 'REVOKED', 'PAYERROR']);

/** WeChat Pay, interface version 3, ordered as a page on a phone (H5). */
export class WechatPay implements NotifyingProvider {
  readonly channel = 'wechat' as const;

  constructor(
    private readonly settings: WechatSettings,
    private readonly notifyUrl: string,
    private readonly returnUrl: (orderNo: string) => string,
    private readonly clock: Clock,
  ) {}

  async start(order: OrderAtProvider): Promise<StartedOrder> {
    const { status, body } = await this.call('POST', '/v3/pay/transactions/h5', {
      mchid: this.settings.mchid,
      appid: this.settings.appid,
      description: order.description,
      out_trade_no: order.orderNo,
      notify_url: this.notifyUrl,
      amount: { total: minorUnits(order.amountMicro), currency: order.currency },
      scene_info: { payer_client_ip: order.payerAddress ?? '127.0.0.1', h5_info: { type: 'Wap' } },
    });
    if (status !== 200 || typeof body.h5_url !== 'string' || !URL.canParse(body.h5_url))
      throw new ProviderUnavailable(`ordering was answered ${status}`);
    const payUrl = new URL(body.h5_url);
    payUrl.searchParams.set('redirect_url', this.returnUrl(order.orderNo));
    return { payUrl: payUrl.href, providerRef: null, answer: null };
  }

  async ask(order: OrderAtProvider): Promise<OrderAnswer> {
    const path = `/v3/pay/transactions/out-trade-no/${order.orderNo}?mchid=${encodeURIComponent(this.settings.mchid)}`;
    const { status, body } = await this.call('GET', path);
    if (status === 404) return { kind: 'UNPAID' };
    if (status !== 200) throw new ProviderUnavailable(`the question was answered ${status}`);
    const state = body.trade_state;
    if (state === 'SUCCESS' || state === 'REFUND') {
      const paid = this.paymentOf(body);
      if (paid.orderNo !== order.orderNo) throw new ProviderUnavailable('the answer is of another order');
      return { kind: 'PAID', payment: paid.payment, paidMs: paid.paidMs };
    }
    return OVER.has(String(state)) ? { kind: 'CLOSED', reason: String(state) } : { kind: 'UNPAID' };
  }

  async close(order: OrderAtProvider): Promise<void> {
    const { status } = await this.call('POST', `/v3/pay/transactions/out-trade-no/${order.orderNo}/close`, {
      mchid: this.settings.mchid,
    });
    if (status !== 204 && status !== 404) throw new ProviderUnavailable(`closing was answered ${status}`);
  }

  async refund(refund: RefundAtProvider): Promise<RefundAnswer> {
    const { status, body } = await this.call('POST', '/v3/refund/domestic/refunds', {
      transaction_id: refund.providerTxn,
      out_refund_no: refund.refundNo,
      reason: refund.reason.slice(0, 80),
      amount: {
        refund: minorUnits(refund.amountMicro),
        total: minorUnits(refund.paidMicro),
        currency: refund.currency,
      },
    });
    if (status === 403 || status === 400)
      return { kind: 'REFUSED', reason: asReference(body.code) ?? `HTTP_${status}` };
    if (status !== 200) throw new ProviderUnavailable(`the refund was answered ${status}`);
    const providerRefund = asReference(body.refund_id);
    switch (body.status) {
      case 'SUCCESS':
        return { kind: 'DONE', providerRefund: providerRefund ?? refund.refundNo };
      case 'CLOSED':
      case 'ABNORMAL':
        return { kind: 'REFUSED', reason: String(body.status) };
      default:
        return { kind: 'PENDING', providerRefund };
    }
  }

  readNotification(raw: RawNotification, nowMs: number): Notification {
    verifyWechat(raw, this.settings.platformKeys, nowMs);
    const envelope = parsed(raw.body);
    const eventId = asReference(envelope.id);
    if (!eventId) throw new NotificationRefused('MALFORMED', 'it has no id');
    const resource = objectOf(envelope.resource);
    const { ciphertext, nonce } = resource;
    if (typeof ciphertext !== 'string' || typeof nonce !== 'string')
      throw new NotificationRefused('MALFORMED', 'it has no resource', { eventId });
    const associatedData = typeof resource.associated_data === 'string' ? resource.associated_data : '';
    const opened = parsed(openResource({ ciphertext, nonce, associatedData }, this.settings.apiV3Key));
    if (envelope.event_type !== 'TRANSACTION.SUCCESS' || opened.trade_state !== 'SUCCESS')
      return { kind: 'OTHER', eventId, what: String(envelope.event_type).slice(0, 64) };
    const { mchid, appid } = this.settings;
    if (opened.mchid !== mchid || opened.appid !== appid)
      throw new NotificationRefused('WRONG_MERCHANT', 'it is for another merchant or app', { eventId });
    return { kind: 'PAYMENT', eventId, confirm: false, ...this.paymentOf(opened) };
  }

  private paymentOf(transaction: Json) {
    const amount = objectOf(transaction.amount);
    const paid = paidMinor(amount.total, amount.currency);
    const txn = asReference(transaction.transaction_id);
    if (paid === null || txn === null)
      throw new NotificationRefused('MALFORMED', 'transaction, amount or currency is missing');
    const paidMs =
      typeof transaction.success_time === 'string' ? Date.parse(transaction.success_time) : Number.NaN;
    return {
      orderNo: asReference(transaction.out_trade_no),
      payment: { txn, ...paid },
      paidMs: Number.isNaN(paidMs) ? null : paidMs,
    };
  }

  /** A signed request, and an answer that is proven to be the platform's wherever it says that something succeeded. */
  private async call(
    method: 'GET' | 'POST',
    pathAndQuery: string,
    content?: Json,
  ): Promise<{ status: number; body: Json }> {
    const body = content === undefined ? '' : JSON.stringify(content);
    const nonce = randomBytes(16).toString('hex');
    const timestampS = Math.floor(this.clock.now() / 1_000);
    const answer = await httpCall(this.settings.baseUrl + pathAndQuery, {
      method,
      headers: {
        Accept: 'application/json',
        'User-Agent': 'wattkeep',
        Authorization: wechatAuthorization({ method, pathAndQuery, body }, this.settings, timestampS, nonce),
        ...(body === '' ? {} : { 'Content-Type': 'application/json' }),
      },
      ...(body === '' ? {} : { body }),
    });
    if (answer.status >= 500 || answer.status === 429)
      throw new ProviderUnavailable(`answered ${answer.status}`);
    if (answer.status < 300) this.verifyAnswer(answer);
    return { status: answer.status, body: answer.body.length === 0 ? {} : jsonAnswer(answer.body) };
  }

  private verifyAnswer(answer: HttpAnswer): void {
    try {
      verifyWechat(answer, this.settings.platformKeys, this.clock.now());
    } catch (error) {
      if (!(error instanceof NotificationRefused)) throw error;
      throw new ProviderUnavailable(`the answer is not proven: ${error.reason}`);
    }
  }
}

function parsed(bytes: Buffer): Json {
  try {
    return objectOf(JSON.parse(bytes.toString('utf8')));
  } catch {
    throw new NotificationRefused('MALFORMED', 'it is not JSON');
  }
}
