import { z } from 'zod';

/**
 * The interface between Wattkeep and a campus card system (docs/payments.md): JSON over HTTP, idempotent by order and refund
 * number. Each request carries `X-Card-Key`, `X-Card-Timestamp` (s) and `X-Card-Signature`: HMAC-SHA256 in hex over
 * `cardSignedText` under the shared secret. A request older or newer than 300 s is refused.
 */
export const CARD_WINDOW_S = 300;

/** What is signed: method, path with query, timestamp and the body as sent, one to a line. */
export function cardSignedText(method: string, path: string, timestamp: string, body: string): string {
  return `${method}\n${path}\n${timestamp}\n${body}`;
}

const orderNo = z.string().min(1).max(64);
const amount = z.string().regex(/^\d{1,9}\.\d{2}$/);

/** `POST /charges`: debits a card. The same order number answers what the first did. */
export const cardChargeSchema = z.strictObject({
  orderNo,
  cardNo: z.string().min(1).max(64),
  amount,
  currency: z.string().length(3),
  terminal: z.string().min(1).max(64),
});

/** Answer of `POST /charges` and `GET /charges/{orderNo}`; 404: no such charge. */
export const cardChargeAnswerSchema = z.object({
  state: z.enum(['PAID', 'DECLINED']),
  orderNo,
  /** The card system's number of the debit; with PAID. */
  cardTxn: z.string().min(1).max(64).optional(),
  amount,
  currency: z.string().length(3),
  /** Why it was declined, as a code. */
  reason: z.string().max(64).optional(),
  at: z.iso.datetime({ offset: true }).optional(),
});
export type CardChargeAnswer = z.infer<typeof cardChargeAnswerSchema>;

/** `POST /refunds`: gives some of a debit back. The same refund number answers what the first did. */
export const cardRefundSchema = z.strictObject({
  refundNo: orderNo,
  orderNo,
  cardTxn: z.string().min(1).max(64),
  amount,
  currency: z.string().length(3),
});

export const cardRefundAnswerSchema = z.object({
  state: z.enum(['DONE', 'REFUSED']),
  refundNo: orderNo,
  cardRefund: z.string().min(1).max(64).optional(),
  reason: z.string().max(64).optional(),
});
export type CardRefundAnswer = z.infer<typeof cardRefundAnswerSchema>;
