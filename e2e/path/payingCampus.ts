import type { CreatedOrder, OrderView } from '../../contracts/payments';
import { silentLog } from '../../engine/context';
import { lookAtOrders } from '../../server/payments/lookAtOrders';
import { Providers } from '../../server/payments/providers';
import { sendRefunds } from '../../server/payments/sendRefunds';
import { type PaymentSettings, parsePaymentSettings } from '../../server/payments/settings';
import { startTestServer, type TestServer } from '../../server/testing/startTestServer';
import { createContext } from '../../server/trpc/createContext';
import { createCaller } from '../../server/trpc/root';
import type { OutgoingNotification } from '../../simulator/payments/notification';
import { newSandbox } from '../../simulator/payments/sandboxConfig';
import type { WalletChannel } from '../../simulator/payments/sandboxOrders';
import { type PaymentSandbox, startPaymentSandbox } from '../../simulator/payments/sandboxServer';
import { freePort } from './bridgeProcess';

const PUBLIC_URL = 'http://localhost:3000';

/** The test campus with a server, a payment sandbox, and a student who pays; time stands still until it is moved. */
export class PayingCampus {
  private taps = 0;

  private constructor(
    readonly test: TestServer,
    readonly sandbox: PaymentSandbox,
    /** Merchant settings in force; set anew to exchange keys. */
    public settings: PaymentSettings,
  ) {}

  static async start(): Promise<PayingCampus> {
    const port = await freePort();
    const made = newSandbox(`http://127.0.0.1:${port}`, PUBLIC_URL, port);
    const settings = parsePaymentSettings(JSON.stringify(made.settings));
    let campus: PayingCampus | null = null;
    const test = await startTestServer({
      paymentSettings: { current: () => campus?.settings ?? settings },
    });
    const sandbox = await startPaymentSandbox(made.config, test.clock, silentLog);
    campus = new PayingCampus(test, sandbox, settings);
    return campus;
  }

  async stop(): Promise<void> {
    await this.sandbox.close();
    await this.test.stop();
  }

  /** The payments router as a user has it. */
  async as(userCode: string) {
    const cookieHeader = await this.test.cookie(userCode);
    const context = await createContext(this.test.server.host, {
      cookieHeader,
      address: '10.1.1.1',
      resHeaders: new Headers(),
    });
    return createCaller(context).payments;
  }

  async order(channel: WalletChannel | 'card', amount = '20.00'): Promise<CreatedOrder> {
    const student = await this.as('student');
    return student.createOrder({ amount, channel, clientToken: `one-tap-${++this.taps}` });
  }

  async view(orderNo: string): Promise<OrderView> {
    return (await this.as('student')).order({ orderNo });
  }

  /** An order that the payer has confirmed and of which nobody has told us yet. */
  async paidOrder(channel: WalletChannel, amount = '20.00'): Promise<string> {
    const { orderNo, payUrl } = await this.order(channel, amount);
    if (channel === 'alipay') await fetch(payUrl!, { redirect: 'manual' });
    this.sandbox.confirm(channel, orderNo);
    return orderNo;
  }

  /** An order that is paid and credited. */
  async creditedOrder(channel: WalletChannel, amount = '20.00'): Promise<string> {
    const orderNo = await this.paidOrder(channel, amount);
    await this.deliver(this.sandbox.notificationOf(channel, orderNo));
    return orderNo;
  }

  /** Sends a notification to the server, as the provider would. */
  async deliver({ url, headers, body }: OutgoingNotification): Promise<{ status: number; text: string }> {
    const response = await fetch(this.test.url + new URL(url).pathname, {
      method: 'POST',
      headers,
      body: new Uint8Array(body),
    });
    return { status: response.status, text: await response.text() };
  }

  /** One round of the job that asks about orders. */
  look() {
    return lookAtOrders(this.deps());
  }

  /** One round of the job that tells providers of refunds. */
  sendRefunds() {
    return sendRefunds(this.deps());
  }

  private deps() {
    const { database, clock } = this.test;
    return {
      database,
      engine: { clock, log: silentLog },
      providers: new Providers({ current: () => this.settings }, PUBLIC_URL, clock),
    };
  }

  /** What payments of providers have credited so far, µ. */
  async creditedMicro(): Promise<bigint> {
    const { rows } = await this.test.database.pool.query<{ sum: string }>(
      "select coalesce(sum(amount_micro), 0)::text as sum from payment where actor like 'psp:%'",
    );
    return BigInt(rows[0]!.sum);
  }

  /** What `act` credits, µ. */
  async creditedBy(act: () => Promise<unknown>): Promise<bigint> {
    const before = await this.creditedMicro();
    await act();
    return (await this.creditedMicro()) - before;
  }

  async newestEvent(): Promise<{ verdict: string; detail: string | null; source: string }> {
    const { rows } = await this.test.database.pool.query<{
      verdict: string;
      detail: string | null;
      source: string;
    }>('select verdict, detail, source from psp_event order by id desc limit 1');
    return rows[0]!;
  }

  /** Cash of an account, as text with two decimals. */
  async cash(accountCode: string): Promise<string> {
    const { rows } = await this.test.database.pool.query<{ cash: string }>(
      'select trim_scale(balance_micro / 1000000.0)::text as cash from ledger_account where name = $1',
      [`cust:${accountCode}:cash`],
    );
    return Number(rows[0]!.cash).toFixed(2);
  }
}
