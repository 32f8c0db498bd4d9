import { constants, createPrivateKey, createPublicKey, sign, verify } from 'node:crypto';
import { type Behaviour, damaged, type OutgoingNotification } from './notification';
import type { SandboxConfig } from './sandboxConfig';
import type { SandboxOrder, SandboxOrders } from './sandboxOrders';
import { refused, type SandboxAnswer, type SandboxRequest } from './sandboxRequest';

const yuan = (fen: number): string => `${Math.floor(fen / 100)}.${String(fen % 100).padStart(2, '0')}`;
const fenOf = (text: string): number => Math.round(Number(text) * 100);
/** Alipay's clock shows China's time. */
const clockText = (ms: number): string =>
  new Date(ms + 8 * 3_600_000).toISOString().slice(0, 19).replace('T', ' ');

/** Names in byte order, `k=v` with `&` between. */
const joined = (fields: readonly (readonly [string, string])[]): string =>
  [...fields]
    .sort(([a], [b]) => Buffer.compare(Buffer.from(a), Buffer.from(b)))
    .map(([name, value]) => `${name}=${value}`)
    .join('&');

/** Alipay's side: its gateway, which checks the app's signature and signs its answers, and its notifications. */
export class AlipaySandbox {
  constructor(
    private readonly config: SandboxConfig['alipay'],
    private readonly orders: SandboxOrders,
    private readonly walletUrl: (channel: 'alipay', orderNo: string) => string,
  ) {}

  /** Null: not its gateway. */
  answer(request: SandboxRequest): SandboxAnswer | null {
    if (request.path !== '/gateway.do') return null;
    const given = request.method === 'GET' ? request.query : request.form();
    const fields = [...given].filter(([name, value]) => name !== 'sign' && value !== '');
    if (given.get('app_id') !== this.config.appId || !this.isApp(joined(fields), given.get('sign') ?? ''))
      return refused(403, 'isv.invalid-signature');
    const content = JSON.parse(given.get('biz_content') ?? '{}') as Record<string, string>;
    const method = given.get('method') ?? '';
    if (method === 'alipay.trade.wap.pay') {
      const order = this.orders.open({
        channel: 'alipay',
        orderNo: content.out_trade_no!,
        amountFen: fenOf(content.total_amount!),
        currency: 'CNY',
        description: content.subject!,
        notifyUrl: given.get('notify_url') ?? '',
        returnUrl: given.get('return_url'),
        createdMs: request.nowMs,
      });
      return { status: 302, headers: { Location: this.walletUrl('alipay', order.orderNo) }, body: '' };
    }
    const node = this.act(method, content, request.nowMs);
    if (!node) return refused(400, 'isv.unknown-method');
    const name = `${method.replaceAll('.', '_')}_response`;
    const text = JSON.stringify(node);
    const body = `{"${name}":${text},"sign":"${this.signatureOf(text)}"}`;
    return { status: 200, headers: { 'Content-Type': 'application/json; charset=utf-8' }, body };
  }

  notification(order: SandboxOrder, behaviour: Behaviour, nowMs: number): OutgoingNotification {
    const fields: [string, string][] = [
      ['notify_time', clockText(nowMs)],
      ['notify_type', 'trade_status_sync'],
      ['notify_id', `${order.txn}n1`],
      ['charset', 'utf-8'],
      ['version', '1.0'],
      ['app_id', this.config.appId],
      ['seller_id', this.config.sellerId],
      ['trade_no', order.txn!],
      ['out_trade_no', order.orderNo],
      ['trade_status', 'TRADE_SUCCESS'],
      ['total_amount', yuan(behaviour.amountFen ?? order.amountFen)],
      ['subject', order.description],
      ['gmt_payment', clockText(behaviour.alter === 'OLD' ? nowMs - 3 * 86_400_000 : order.paidMs!)],
      ['passback_params', ''],
      ...(behaviour.currency ? ([['trans_currency', behaviour.currency]] as [string, string][]) : []),
    ];
    const signature =
      behaviour.alter === 'SERIAL'
        ? Buffer.alloc(256, 1).toString('base64')
        : this.signatureOf(joined(fields));
    const form = new URLSearchParams([...fields, ['sign_type', 'RSA2'], ['sign', signature]]);
    return {
      url: order.notifyUrl,
      headers: { 'Content-Type': 'application/x-www-form-urlencoded; charset=utf-8' },
      body: damaged(Buffer.from(form.toString()), behaviour),
      accepted: (status, body) => status === 200 && body === 'success',
    };
  }

  private act(method: string, content: Record<string, string>, nowMs: number): object | null {
    const order = content.out_trade_no
      ? this.orders.find('alipay', content.out_trade_no)
      : this.orders.byTxn('alipay', content.trade_no ?? '');
    const missing = { code: '40004', msg: 'Business Failed', sub_code: 'ACQ.TRADE_NOT_EXIST' };
    const ok = { code: '10000', msg: 'Success' };
    switch (method) {
      case 'alipay.trade.query':
        if (!order || order.state === 'OPEN') return missing;
        return {
          ...ok,
          out_trade_no: order.orderNo,
          trade_no: order.txn ?? '',
          trade_status: order.state === 'PAID' ? 'TRADE_SUCCESS' : 'TRADE_CLOSED',
          total_amount: yuan(order.amountFen),
          ...(order.paidMs === null ? {} : { send_pay_date: clockText(order.paidMs) }),
        };
      case 'alipay.trade.close':
        if (!order) return missing;
        if (order.state === 'PAID')
          return { code: '40004', msg: 'Business Failed', sub_code: 'ACQ.REASON_TRADE_STATUS_INVALID' };
        order.state = 'CLOSED';
        return { ...ok, out_trade_no: order.orderNo };
      case 'alipay.trade.refund': {
        const made =
          order && this.orders.refund(order, content.out_request_no!, fenOf(content.refund_amount!), nowMs);
        if (!made)
          return { code: '40004', msg: 'Business Failed', sub_code: 'ACQ.REFUND_AMT_NOT_EQUAL_TOTAL' };
        return { ...ok, trade_no: order.txn, fund_change: 'Y', refund_fee: yuan(order.refundedFen) };
      }
      default:
        return null;
    }
  }

  private signatureOf(text: string): string {
    return sign('sha256', Buffer.from(text), {
      key: createPrivateKey(this.config.alipayPrivateKey),
      padding: constants.RSA_PKCS1_PADDING,
    }).toString('base64');
  }

  private isApp(text: string, signature: string): boolean {
    return verify(
      'sha256',
      Buffer.from(text),
      createPublicKey(this.config.appPublicKey),
      Buffer.from(signature, 'base64'),
    );
  }
}
