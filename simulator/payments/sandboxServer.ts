import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { z } from 'zod';
import type { Clock } from '../../domain/time/clock';
import { AlipaySandbox } from './alipaySandbox';
import { CardServer } from './cardServer';
import { AGAIN_AFTER_MS, type Behaviour, HONEST, type OutgoingNotification } from './notification';
import type { SandboxConfig } from './sandboxConfig';
import { type SandboxOrder, SandboxOrders, type WalletChannel } from './sandboxOrders';
import { answered, refused, type SandboxAnswer, type SandboxRequest } from './sandboxRequest';
import { StripeSandbox } from './stripeSandbox';
import { walletPage } from './walletPage';
import { WechatSandbox } from './wechatSandbox';

const MAX_BYTES = 64 * 1024;
const CARD_PATH = '/card';

const behaviourSchema = z.strictObject({
  delayMs: z.number().int().min(0).max(600_000).optional(),
  drop: z.number().int().min(0).max(1_000).optional(),
  duplicate: z.number().int().min(0).max(20).optional(),
  alter: z.enum(['BYTE', 'OLD', 'SERIAL']).nullable().optional(),
  amountFen: z.number().int().positive().nullable().optional(),
  currency: z.string().length(3).nullable().optional(),
  /** The card server debits and its answers get lost. */
  cardLosesAnswers: z.boolean().optional(),
});

export interface PaymentSandbox {
  readonly port: number;
  /** What it will do to the next notifications. */
  behave(change: z.input<typeof behaviourSchema>): void;
  /** The payer's tap, without a browser. */
  confirm(channel: WalletChannel, orderNo: string): void;
  /** The notification of a paid order as it would be sent now. */
  notificationOf(
    channel: WalletChannel,
    orderNo: string,
    behaviour?: Partial<Behaviour>,
  ): OutgoingNotification;
  /** The notification of a payment that the payer's bank takes back, or gives back after all. */
  chargebackOf(
    orderNo: string,
    step: 'withdrawn' | 'reinstated',
    behaviour?: Partial<Behaviour>,
  ): OutgoingNotification;
  close(): Promise<void>;
}

/**
 * Payment providers for demo and tests: they check and sign as the real ones do, with keys of their own, show the payer a page
 * to confirm, and notify until they are heard. Nothing here knows Wattkeep's code.
 */
export async function startPaymentSandbox(
  config: SandboxConfig,
  clock: Clock,
  log: { warn(fields: object, message: string): void },
): Promise<PaymentSandbox> {
  const orders = new SandboxOrders();
  let behaviour: Behaviour = { ...HONEST };
  const timers = new Set<NodeJS.Timeout>();
  const walletPath = (channel: WalletChannel, orderNo: string) => `/wallet/${channel}/${orderNo}`;
  /** The address by which the asker reached us, as the wallet's address. */
  let ownUrl = '';
  const walletUrl = (channel: WalletChannel, orderNo: string) => ownUrl + walletPath(channel, orderNo);
  const wechat = new WechatSandbox(config.wechat, orders, walletUrl);
  const alipay = new AlipaySandbox(config.alipay, orders, walletUrl);
  const stripe = new StripeSandbox(config.stripe, orders, walletUrl);
  const card = new CardServer(config.card, CARD_PATH);
  const providers = { wechat, alipay, stripe };

  const later = (ms: number, act: () => void) => {
    const timer = setTimeout(() => {
      timers.delete(timer);
      act();
    }, ms);
    timers.add(timer);
  };

  /** Sends until it is accepted; each try is signed anew, as of its own time. */
  function notify(order: SandboxOrder, as: Behaviour, attempt: number): void {
    const outgoing = providers[order.channel].notification(order, as, clock.now());
    send(outgoing)
      .catch(() => false)
      .then((accepted) => {
        const pauseMs = AGAIN_AFTER_MS[attempt];
        if (!accepted && pauseMs !== undefined) later(pauseMs, () => notify(order, as, attempt + 1));
      });
  }

  function paid(order: SandboxOrder): void {
    if (order.state !== 'OPEN') return;
    orders.pay(order, clock.now());
    if (behaviour.drop > 0) {
      behaviour.drop -= 1;
      return;
    }
    const as = { ...behaviour };
    for (let copy = 0; copy <= as.duplicate; copy++) later(as.delayMs, () => notify(order, as, 0));
  }

  function orderOr404(channel: string, orderNo: string): SandboxOrder | null {
    return channel in providers ? (orders.find(channel as WalletChannel, orderNo) ?? null) : null;
  }

  function wallet(request: SandboxRequest): SandboxAnswer | null {
    const match = /^\/wallet\/([a-z]+)\/([A-Za-z0-9]+)(\/confirm)?$/.exec(request.path);
    if (!match) return null;
    const order = orderOr404(match[1]!, match[2]!);
    if (!order) return refused(404, 'NO_ORDER');
    const back = request.query.get('redirect_url');
    if (back && /^https?:\/\//.test(back)) order.returnUrl = back;
    if (match[3] && request.method === 'POST') {
      paid(order);
      const Location = order.returnUrl ?? walletPath(order.channel, order.orderNo);
      return { status: 303, headers: { Location }, body: '' };
    }
    const chinese = !(request.header('accept-language') ?? 'zh').toLowerCase().startsWith('en');
    return {
      status: 200,
      headers: { 'Content-Type': 'text/html; charset=utf-8', 'Cache-Control': 'no-store' },
      body: walletPage(order, chinese),
    };
  }

  function behave(change: z.input<typeof behaviourSchema>): void {
    const { cardLosesAnswers, ...rest } = behaviourSchema.parse(change);
    behaviour = { ...HONEST, ...definedOf(rest) };
    card.losesAnswers = cardLosesAnswers ?? false;
  }

  function control(request: SandboxRequest): SandboxAnswer | null {
    if (request.path !== '/behaviour') return null;
    if (request.method === 'POST') {
      const parsed = behaviourSchema.safeParse(request.json());
      if (!parsed.success) return answered(422, { error: parsed.error.issues[0]?.message ?? 'invalid' });
      behave(parsed.data);
    }
    return answered(200, { ...behaviour, cardLosesAnswers: card.losesAnswers });
  }

  const answer = (request: SandboxRequest): SandboxAnswer =>
    wallet(request) ??
    control(request) ??
    wechat.answer(request) ??
    alipay.answer(request) ??
    stripe.answer(request) ??
    card.answer(request) ??
    refused(404, 'NOT_FOUND');

  const server = createServer((req, res) => {
    const host = req.headers.host;
    if (host) ownUrl = `http://${host}`;
    respond(req, res, clock, answer).catch((error: unknown) => {
      log.warn({ err: error }, 'payment sandbox');
      if (!res.headersSent) res.writeHead(400);
      res.end();
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(config.port, config.host, resolve);
  });
  const { port } = server.address() as AddressInfo;
  ownUrl = `http://127.0.0.1:${port}`;
  const known = (channel: WalletChannel, orderNo: string): SandboxOrder => {
    const order = orders.find(channel, orderNo);
    if (!order) throw new Error(`the sandbox has no order ${orderNo}`);
    return order;
  };
  return {
    port,
    behave,
    confirm: (channel, orderNo) => paid(known(channel, orderNo)),
    notificationOf: (channel, orderNo, as = {}) =>
      providers[channel].notification(known(channel, orderNo), { ...HONEST, ...as }, clock.now()),
    chargebackOf: (orderNo, step, as = {}) =>
      providers.stripe.chargeback(known('stripe', orderNo), step, { ...HONEST, ...as }, clock.now()),
    close() {
      for (const timer of timers) clearTimeout(timer);
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

function definedOf<T extends object>(value: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  const entries = Object.entries(value).filter(([, one]) => one !== undefined);
  return Object.fromEntries(entries) as { [K in keyof T]: Exclude<T[K], undefined> };
}

async function send({ url, headers, body, accepted }: OutgoingNotification): Promise<boolean> {
  const response = await fetch(url, {
    method: 'POST',
    headers,
    body: new Uint8Array(body),
    signal: AbortSignal.timeout(10_000),
  });
  return accepted(response.status, (await response.text()).trim());
}

async function respond(
  req: IncomingMessage,
  res: ServerResponse,
  clock: Clock,
  answer: (request: SandboxRequest) => SandboxAnswer,
): Promise<void> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of req as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > MAX_BYTES) throw new Error('the body is too long');
    chunks.push(chunk);
  }
  const text = Buffer.concat(chunks).toString('utf8');
  const target = req.url ?? '/';
  const url = new URL(target, 'http://localhost');
  const { status, headers, body } = answer({
    method: req.method ?? 'GET',
    path: url.pathname,
    target,
    query: url.searchParams,
    text,
    nowMs: clock.now(),
    header: (name) => {
      const value = req.headers[name];
      return typeof value === 'string' ? value : null;
    },
    json: () => (text === '' ? {} : (JSON.parse(text) as Record<string, unknown>)),
    form: () => new URLSearchParams(text),
  });
  res.writeHead(status, headers);
  res.end(body);
}
