import { createHash } from 'node:crypto';

/** What was asked with a payment, as one hash: another hash under the same key is a conflict. `amountMicro` in µ-currency. */
export function topUpRequestHash(topUp: {
  readonly accountCode: string;
  readonly amountMicro: bigint;
  readonly channel: string;
  readonly reference: string;
}): Buffer {
  const { accountCode, amountMicro, channel, reference } = topUp;
  return createHash('sha256')
    .update(JSON.stringify([accountCode, amountMicro.toString(), channel, reference]))
    .digest();
}
