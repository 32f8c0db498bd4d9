import { findAccountView } from '../../../db/queries/accountViews';
import { actorNames } from '../../../db/queries/actorNames';
import { listCreditPots } from '../../../db/queries/creditViews';
import {
  listRefundable,
  listRefunds,
  type RefundView,
  sumRefundedSince,
} from '../../../db/queries/refundViews';
import { unitSalesOf } from '../../../db/queries/unitSales';
import { DomainError, invalid } from '../../../domain/errors';
import { planRefund, type RefundPart, refundableMicro } from '../../../domain/payments/refundPlan';
import { REFUND_DAY_MS, refundNeedsSecond } from '../../../domain/payments/secondPerson';
import { type RefundableSale, refundableOfSales, unitsTakenBack } from '../../../domain/payments/unitRefund';
import type { AccountUnit } from '../../../domain/tariffs/unitSale';
import { microFromText } from '../../../domain/units';
import { type Caller, requirePermission } from '../../auth/caller';
import type { ReadDeps } from '../deps';

const LISTED = 200;

export type RefundLine = RefundView & {
  readonly actorName: string;
  readonly approverName: string | null;
};

/** Refunds of the campus, or of one account, newest first. @throws DomainError `forbidden` */
export async function viewRefunds(
  deps: ReadDeps,
  caller: Caller,
  input: { readonly account: string | null },
): Promise<RefundLine[]> {
  const { scope } = requirePermission(caller, 'REFUND');
  const rows = await listRefunds(deps.reader, scope, input.account, LISTED);
  const names = await actorNames(
    deps.reader,
    rows.flatMap(({ actor, approver }) => [actor, approver ?? '']),
  );
  return rows.map((row) => ({
    ...row,
    actorName: names.get(row.actor) ?? row.actor,
    approverName: row.approver && (names.get(row.approver) ?? row.approver),
  }));
}

/** What a refund of an account would do now; nothing is booked by asking. Amounts in µ-currency. */
export interface RefundPreview {
  readonly accountCode: string;
  readonly spaceCode: string | null;
  /** What the account holds in place of money; null: money. */
  readonly unit: AccountUnit | null;
  /** All that may go back. */
  readonly mostMicro: bigint;
  readonly amountMicro: bigint;
  /** True where more is asked than may go back; there are no parts then. */
  readonly tooMuch: boolean;
  /** Payments to which it goes back, in that order. */
  readonly parts: readonly (RefundPart & {
    readonly paidMicro: bigint;
    readonly paidMs: number;
    readonly reference: string;
    /** Units that it takes back, at the price that they were sold for; null: it gives back cash. */
    readonly unitsMicro: bigint | null;
  })[];
  /** A second person must consent, counting what went back within the day before. */
  readonly needsSecond: boolean;
}

/**
 * The parts of a refund before it is booked: as `refundAccount` would make them at this instant.
 * @throws DomainError `forbidden`; `notFound` `ACCOUNT`; `invalid` (amount)
 */
export async function previewRefund(
  deps: ReadDeps,
  caller: Caller,
  input: { readonly accountCode: string; readonly amount: string | null },
): Promise<RefundPreview> {
  const { scope } = requirePermission(caller, 'REFUND');
  const account = await findAccountView(deps.reader, scope, input.accountCode);
  if (!account)
    throw new DomainError('notFound', 'ACCOUNT', `There is no account ${input.accountCode}.`, {
      field: '/accountCode',
    });
  const wantedMicro = input.amount === null ? null : microFromText(input.amount);
  if (input.amount !== null && wantedMicro === null)
    throw invalid('/amount', 'REFUND_AMOUNT', 'A refund is a positive amount with at most two decimals.');
  const nowMs = deps.engine.clock.now();
  const pots = await listCreditPots(deps.reader, account.id);
  const cashMicro =
    pots.reduce((sum, pot) => (pot.bucket === 'CASH' ? sum + pot.balanceMicro : sum), 0n) -
    account.unpostedMicro;
  const sales = account.unit === null ? null : await unitSalesOf(deps.reader, account.id);
  const payments = sales ?? (await listRefundable(deps.reader, account.id));
  const money = sales ? refundableOfSales(cashMicro, sales) : { cashMicro, payments };
  const mostMicro = refundableMicro(money.cashMicro, money.payments);
  const tooMuch = wantedMicro !== null && wantedMicro > mostMicro;
  const plan = tooMuch ? [] : planRefund(money.cashMicro, money.payments, wantedMicro, nowMs);
  const amountMicro = wantedMicro ?? mostMicro;
  const dayBefore = await sumRefundedSince(deps.reader, account.id, nowMs - REFUND_DAY_MS);
  return {
    accountCode: account.code,
    spaceCode: account.spaceCode,
    unit: account.unit,
    mostMicro,
    amountMicro,
    tooMuch,
    parts: plan.map((part) => {
      const payment = payments.find(({ id }) => id === part.paymentId)!;
      return {
        ...part,
        paidMicro: payment.amountMicro,
        paidMs: payment.paidMs,
        reference: payment.reference,
        unitsMicro: unitsOfPart(sales, part),
      };
    }),
    needsSecond: refundNeedsSecond(amountMicro, dayBefore),
  };
}

function unitsOfPart(sales: readonly RefundableSale[] | null, part: RefundPart): bigint | null {
  const sale = sales?.find(({ id }) => id === part.paymentId);
  return sale ? unitsTakenBack(sale, part) : null;
}
