import { createCipheriv, createPrivateKey, createPublicKey, randomBytes, sign, verify } from 'node:crypto';
import { type Behaviour, damaged, type OutgoingNotification } from './notification';
import type { SandboxConfig } from './sandboxConfig';
import type { SandboxOrder, SandboxOrders } from './sandboxOrders';
import { refused, type SandboxAnswer, type SandboxRequest } from './sandboxRequest';

type WechatConfig = SandboxConfig['wechat'];

/** WeChat Pay's side of the interface, version 3: it checks the merchant's signatures and signs what it says. */
export class WechatSandbox {
  constructor(
    private readonly config: WechatConfig,
    private readonly orders: SandboxOrders,
    private readonly walletUrl: (channel: 'wechat', orderNo: string) => string,
  ) {}

  /** Null: not one of its paths. */
  answer(request: SandboxRequest): SandboxAnswer | null {
    const { method, path } = request;
    if (!path.startsWith('/v3/')) return null;
    if (!this.isMerchant(request)) return refused(401, 'SIGN_ERROR');
    const body = request.json();
    const ofOrder = /^\/v3\/pay\/transactions\/out-trade-no\/([^/]+)(\/close)?$/.exec(path);
    if (method === 'POST' && path === '/v3/pay/transactions/h5') {
      const amount = body.amount as { total: number; currency: string };
      const order = this.orders.open({
        channel: 'wechat',
        orderNo: String(body.out_trade_no),
        amountFen: amount.total,
        currency: amount.currency,
        description: String(body.description),
        notifyUrl: String(body.notify_url),
        returnUrl: null,
        createdMs: request.nowMs,
      });
      return this.signed(200, { h5_url: this.walletUrl('wechat', order.orderNo) }, request.nowMs);
    }
    if (ofOrder) {
      const order = this.orders.find('wechat', ofOrder[1]!);
      if (!order) return refused(404, 'ORDER_NOT_EXIST');
      if (!ofOrder[2]) return this.signed(200, this.transactionOf(order), request.nowMs);
      if (order.state === 'PAID') return refused(400, 'ORDER_PAID');
      order.state = 'CLOSED';
      return this.signed(204, null, request.nowMs);
    }
    if (method === 'POST' && path === '/v3/refund/domestic/refunds') {
      const order = this.orders.byTxn('wechat', String(body.transaction_id));
      const { refund } = body.amount as { refund: number };
      const made = order && this.orders.refund(order, String(body.out_refund_no), refund, request.nowMs);
      if (!made) return refused(403, 'NOT_ENOUGH');
      return this.signed(
        200,
        { refund_id: made.id, out_refund_no: body.out_refund_no, status: 'SUCCESS' },
        request.nowMs,
      );
    }
    return refused(404, 'NOT_FOUND');
  }

  notification(order: SandboxOrder, behaviour: Behaviour, nowMs: number): OutgoingNotification {
    const associated = 'transaction';
    const nonce = randomBytes(6).toString('hex');
    const cipher = createCipheriv('aes-256-gcm', Buffer.from(this.config.apiV3Key), Buffer.from(nonce));
    cipher.setAAD(Buffer.from(associated));
    const sealed = Buffer.concat([
      cipher.update(JSON.stringify(this.transactionOf(order, behaviour)), 'utf8'),
      cipher.final(),
      cipher.getAuthTag(),
    ]);
    const body = Buffer.from(
      JSON.stringify({
        id: `EV-${order.txn}`,
        create_time: new Date(nowMs).toISOString(),
        resource_type: 'encrypt-resource',
        event_type: 'TRANSACTION.SUCCESS',
        resource: {
          original_type: 'transaction',
          algorithm: 'AEAD_AES_256_GCM',
          ciphertext: sealed.toString('base64'),
          associated_data: associated,
          nonce,
        },
      }),
    );
    const headers = this.signatureOf(body, behaviour.alter === 'OLD' ? nowMs - 600_000 : nowMs);
    if (behaviour.alter === 'SERIAL') headers['Wechatpay-Serial'] = 'PUB_KEY_ID_UNKNOWN';
    return {
      url: order.notifyUrl,
      headers: { ...headers, 'Content-Type': 'application/json' },
      body: damaged(body, behaviour),
      accepted: (status) => status === 200 || status === 204,
    };
  }

  private transactionOf(order: SandboxOrder, behaviour?: Behaviour): object {
    const base = {
      mchid: this.config.mchid,
      appid: this.config.appid,
      out_trade_no: order.orderNo,
      trade_type: 'MWEB',
      amount: {
        total: behaviour?.amountFen ?? order.amountFen,
        currency: behaviour?.currency ?? order.currency,
      },
    };
    if (order.state === 'PAID')
      return {
        ...base,
        transaction_id: order.txn,
        trade_state: 'SUCCESS',
        success_time: new Date(order.paidMs!).toISOString(),
      };
    return { ...base, trade_state: order.state === 'CLOSED' ? 'CLOSED' : 'NOTPAY' };
  }

  private signed(status: number, content: object | null, nowMs: number): SandboxAnswer {
    const body = content === null ? '' : JSON.stringify(content);
    return {
      status,
      headers: { ...this.signatureOf(Buffer.from(body), nowMs), 'Content-Type': 'application/json' },
      body,
    };
  }

  private signatureOf(body: Buffer, atMs: number): Record<string, string> {
    const timestamp = String(Math.floor(atMs / 1_000));
    const nonce = randomBytes(12).toString('hex');
    const text = Buffer.concat([Buffer.from(`${timestamp}\n${nonce}\n`), body, Buffer.from('\n')]);
    return {
      'Wechatpay-Timestamp': timestamp,
      'Wechatpay-Nonce': nonce,
      'Wechatpay-Signature': sign('sha256', text, createPrivateKey(this.config.platformPrivateKey)).toString(
        'base64',
      ),
      'Wechatpay-Serial': this.config.platformSerial,
      'Wechatpay-Signature-Type': 'WECHATPAY2-SHA256-RSA2048',
    };
  }

  private isMerchant(request: SandboxRequest): boolean {
    const given = request.header('authorization') ?? '';
    const part = (name: string) => new RegExp(`${name}="([^"]*)"`).exec(given)?.[1] ?? '';
    const text = [
      request.method,
      request.target,
      part('timestamp'),
      part('nonce_str'),
      request.text,
      '',
    ].join('\n');
    return (
      given.startsWith('WECHATPAY2-SHA256-RSA2048 ') &&
      part('mchid') === this.config.mchid &&
      verify(
        'sha256',
        Buffer.from(text),
        createPublicKey(this.config.merchantPublicKey),
        Buffer.from(part('signature'), 'base64'),
      )
    );
  }
}
