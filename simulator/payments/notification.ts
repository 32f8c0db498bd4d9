/** A notification as a provider sends it. */
export interface OutgoingNotification {
  readonly url: string;
  readonly headers: Record<string, string>;
  readonly body: Buffer;
  /** Whether the merchant's answer says that it need not come again. */
  accepted(status: number, body: string): boolean;
}

/** What the control may have changed about the next notifications. */
export interface Behaviour {
  /** Waits so long before it sends, ms. */
  delayMs: number;
  /** Never sends so many. */
  drop: number;
  /** Sends each so many times more. */
  duplicate: number;
  /** BYTE: flips one byte of the body after signing. OLD: signs as of ten minutes ago. SERIAL: names a key that is unknown. */
  alter: 'BYTE' | 'OLD' | 'SERIAL' | null;
  /** Tells another amount, in the smallest unit, or another currency, correctly signed. */
  amountFen: number | null;
  currency: string | null;
}

export const HONEST: Behaviour = {
  delayMs: 0,
  drop: 0,
  duplicate: 0,
  alter: null,
  amountFen: null,
  currency: null,
};

/** Pauses before the next try after one that was not accepted, ms; shorter than the real ones, in their proportion. */
export const AGAIN_AFTER_MS: readonly number[] = [1_000, 2_000, 4_000, 8_000, 15_000, 30_000, 60_000];

/** The behaviour's damage to a signed body. */
export function damaged(body: Buffer, behaviour: Behaviour): Buffer {
  if (behaviour.alter !== 'BYTE') return body;
  const copy = Buffer.from(body);
  const at = Math.floor(copy.length / 2);
  copy[at] = copy[at]! ^ 1;
  return copy;
}
