import type { PaymentMethod } from '../../contracts/payments';
import { findOrder } from '../../db/queries/paymentOrders';
import { RateLimit } from '../http/rateLimit';
import { beginOrder, type LookDeps } from './lookAtOrders';
import { lookOnReturn } from './lookOnReturn';

/**
 * What request handlers may ask of the payment providers. It stands with the process root; nothing here throws, since an error
 * of one bundle is none of another's.
 */
export interface PaymentDesk {
  /** The ways to pay that are configured now. */
  methods(): PaymentMethod[];
  /**
   * Tells the provider of a stored order, and takes what it says: where the payer confirms, or for a direct debit its answer. A
   * provider that does not answer leaves the order as it is; it is asked again by itself.
   */
  begin(orderNo: string, address: string): Promise<{ readonly payUrl: string | null }>;
  /**
   * The payer is back from the provider's page. What the browser says is worth nothing and recorded as that; the provider is
   * asked at once.
   */
  payerReturned(orderNo: string, address: string): Promise<void>;
}

/** How often the same order is asked about because its payer came back. */
const RETURNS_BURST = 3;
const RETURNS_PER_S = 0.2;

/** The desk over the configured providers. */
export function createPaymentDesk(deps: LookDeps): PaymentDesk {
  const returns = new RateLimit(deps.engine.clock, RETURNS_BURST, RETURNS_PER_S);
  return {
    methods: () => deps.providers.methods(),
    async begin(orderNo, address) {
      try {
        const order = await findOrder(deps.database.pool, orderNo);
        return order ? await beginOrder(deps, order, address) : { payUrl: null };
      } catch (error) {
        deps.engine.log.error({ err: error, order: orderNo }, 'order could not be begun');
        return { payUrl: null };
      }
    },
    async payerReturned(orderNo, address) {
      try {
        const order = await findOrder(deps.database.pool, orderNo);
        if (order && returns.take(orderNo) === 0) await lookOnReturn(deps, order, address);
      } catch (error) {
        deps.engine.log.error({ err: error, order: orderNo }, 'order could not be looked at');
      }
    },
  };
}
