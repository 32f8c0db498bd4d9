import { createHmac, timingSafeEqual } from 'node:crypto';
import {
  CARD_WINDOW_S,
  type CardChargeAnswer,
  type CardRefundAnswer,
  cardChargeSchema,
  cardRefundSchema,
  cardSignedText,
} from '../../contracts/campusCard';
import type { SandboxConfig } from './sandboxConfig';
import { newNumber } from './sandboxOrders';
import { answered, refused, type SandboxAnswer, type SandboxRequest } from './sandboxRequest';

/** What every card has on it at the start, in fen; a card whose number ends in `-EMPTY` has nothing. */
const START_FEN = 500_000;
const fenOf = (amount: string): number => Number(amount.replace('.', ''));

/**
 * Reference server of the campus card interface: debits once per order number, answers the same again, refuses what is wrongly
 * signed or too old. An integrator's own server must behave as this one does.
 */
export class CardServer {
  private readonly balances = new Map<string, number>();
  private readonly charges = new Map<
    string,
    { cardNo: string; answer: CardChargeAnswer; refundedFen: number }
  >();
  private readonly refunds = new Map<string, CardRefundAnswer>();
  /** While true every debit is made and its answer gets lost, as when the network breaks. */
  losesAnswers = false;

  constructor(
    private readonly config: SandboxConfig['card'],
    /** Path under which it is mounted; part of what is signed. */
    private readonly mount: string,
  ) {}

  /** Null: not one of its paths. */
  answer(request: SandboxRequest): SandboxAnswer | null {
    if (!request.path.startsWith(`${this.mount}/`)) return null;
    const path = request.path.slice(this.mount.length);
    if (!this.isSigned(request)) return refused(401, 'SIGNATURE');
    const ofCharge = /^\/charges\/([^/]+)$/.exec(path);
    if (request.method === 'GET' && ofCharge) {
      const known = this.charges.get(ofCharge[1]!);
      return known ? answered(200, known.answer) : refused(404, 'NO_CHARGE');
    }
    if (request.method !== 'POST') return refused(404, 'NOT_FOUND');
    const answer =
      path === '/charges' ? this.charge(request) : path === '/refunds' ? this.refund(request) : null;
    if (!answer) return refused(404, 'NOT_FOUND');
    return this.losesAnswers ? refused(503, 'ANSWER_LOST') : answer;
  }

  private charge(request: SandboxRequest): SandboxAnswer {
    const parsed = cardChargeSchema.safeParse(request.json());
    if (!parsed.success) return refused(422, 'INVALID');
    const { orderNo, cardNo, amount, currency } = parsed.data;
    const known = this.charges.get(orderNo);
    if (known) return answered(200, known.answer);
    const balance = this.balances.get(cardNo) ?? (cardNo.endsWith('-EMPTY') ? 0 : START_FEN);
    const enough = balance >= fenOf(amount);
    const answer: CardChargeAnswer = enough
      ? {
          state: 'PAID',
          orderNo,
          cardTxn: newNumber('card', request.nowMs),
          amount,
          currency,
          at: new Date(request.nowMs).toISOString(),
        }
      : { state: 'DECLINED', orderNo, amount, currency, reason: 'NOT_ENOUGH' };
    if (enough) this.balances.set(cardNo, balance - fenOf(amount));
    this.charges.set(orderNo, { cardNo, answer, refundedFen: 0 });
    return answered(200, answer);
  }

  private refund(request: SandboxRequest): SandboxAnswer {
    const parsed = cardRefundSchema.safeParse(request.json());
    if (!parsed.success) return refused(422, 'INVALID');
    const { refundNo, orderNo, amount } = parsed.data;
    const known = this.refunds.get(refundNo);
    if (known) return answered(200, known);
    const charge = this.charges.get(orderNo);
    const fits =
      charge?.answer.state === 'PAID' && charge.refundedFen + fenOf(amount) <= fenOf(charge.answer.amount);
    const answer: CardRefundAnswer = fits
      ? { state: 'DONE', refundNo, cardRefund: newNumber('card', request.nowMs) }
      : { state: 'REFUSED', refundNo, reason: 'NOT_CHARGED' };
    if (charge && fits) {
      charge.refundedFen += fenOf(amount);
      this.balances.set(charge.cardNo, (this.balances.get(charge.cardNo) ?? 0) + fenOf(amount));
    }
    this.refunds.set(refundNo, answer);
    return answered(200, answer);
  }

  private isSigned(request: SandboxRequest): boolean {
    const timestamp = request.header('x-card-timestamp') ?? '';
    const given = Buffer.from(request.header('x-card-signature') ?? '');
    const expected = Buffer.from(
      createHmac('sha256', this.config.secret)
        .update(cardSignedText(request.method, request.target, timestamp, request.text))
        .digest('hex'),
    );
    return (
      request.header('x-card-key') === this.config.keyId &&
      Math.abs(request.nowMs / 1_000 - Number(timestamp)) <= CARD_WINDOW_S &&
      given.length === expected.length &&
      timingSafeEqual(given, expected)
    );
  }
}
