import type { PaymentMethod } from '../../contracts/payments';

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
  begin(orderNo: string): Promise<{ readonly payUrl: string | null }>;
}

/** No provider is configured. */
export const NO_PAYMENT_DESK: PaymentDesk = {
  methods: () => [],
  begin: async () => ({ payUrl: null }),
};
