import type { OrderPower, OrderSummary, OrderTimelineStep, OrderView } from '../../../contracts/payments';
import {
  findOrderView,
  heldForCredit,
  listOrders,
  listRestores,
  type OrderRow,
  type RestoreRow,
} from '../../../db/queries/orderViews';
import { DomainError } from '../../../domain/errors';
import { orderCare } from '../../../domain/payments/orderHelp';
import { CLOSE_AT_MS } from '../../../domain/payments/polling';
import { FAILED_COMMAND_STATES, isTerminal } from '../../../domain/supply/commandMachine';
import { campusZone } from '../../../domain/time/campusTime';
import { fenTextFromMicro, textFromMicro } from '../../../domain/units';
import { type Caller, requirePermission } from '../../auth/caller';
import type { ReadDeps } from '../deps';

const RECENT = 20;
const iso = (ms: number | null): string | null => (ms === null ? null : new Date(ms).toISOString());

/**
 * Where an order stands: its steps with their times up to measured power, and who has it if it is stuck.
 * @throws DomainError `forbidden`, `notFound`
 */
export async function readOrder(deps: ReadDeps, caller: Caller, orderNo: string): Promise<OrderView> {
  const { scope } = requirePermission(caller, 'VIEW_MONEY');
  const order = await findOrderView(deps.reader, scope, orderNo);
  if (!order) throw new DomainError('notFound', 'ORDER', `There is no order ${orderNo}.`);
  const nowMs = deps.engine.clock.now();
  const restores =
    order.creditedMs === null ? [] : await listRestores(deps.reader, order.commandIds, order.creditedMs);
  const power = await powerOf(deps, order, restores, nowMs);
  const isOpen = order.state === 'CREATED';
  const care = orderCare(order, campusZone(caller.campus.timeZone), nowMs);
  return {
    orderNo: order.orderNo,
    accountCode: order.accountCode,
    channel: order.channel,
    state: order.state,
    amount: fenTextFromMicro(order.amountMicro),
    currency: order.currency,
    payUrl: isOpen ? order.payUrl : null,
    timeline: timelineOf(order, restores),
    power,
    nextCheckAt: isOpen ? iso(order.lookDueMs) : null,
    closesAt: isOpen ? iso(order.createdMs + CLOSE_AT_MS) : null,
    help: care && {
      who: care.who,
      by: new Date(care.byMs).toISOString(),
      problem: care.problem,
      ticket: order.orderNo,
    },
    problem: order.problem,
    receipt:
      order.paymentId === null || order.txId === null
        ? null
        : { paymentId: order.paymentId, txId: order.txId },
    units:
      order.unit === null || order.unitsMicro === null
        ? null
        : { unit: order.unit, quantity: textFromMicro(order.unitsMicro) },
    repaid:
      order.txId === null
        ? null
        : {
            arrears: textFromMicro(order.arrearsRepaidMicro),
            emergencyCredit: textFromMicro(order.loanRepaidMicro),
          },
  };
}

/** The caller's newest orders. @throws DomainError `forbidden` */
export async function recentOrders(deps: ReadDeps, caller: Caller): Promise<OrderSummary[]> {
  const { scope } = requirePermission(caller, 'VIEW_MONEY');
  const orders = await listOrders(deps.reader, scope, RECENT);
  return orders.map((order) => ({
    orderNo: order.orderNo,
    channel: order.channel,
    state: order.state,
    amount: fenTextFromMicro(order.amountMicro),
    currency: order.currency,
    createdAt: new Date(order.createdMs).toISOString(),
    creditedAt: iso(order.creditedMs),
  }));
}

/** Several points count as one: sent once all were, on once all are. */
function timelineOf(order: OrderRow, restores: readonly RestoreRow[]): OrderTimelineStep[] {
  const steps: OrderTimelineStep[] = [
    { step: 'ORDERED', at: iso(order.createdMs) },
    { step: 'PAID', at: iso(order.paidMs) },
    { step: 'CREDITED', at: iso(order.creditedMs) },
  ];
  if (restores.length === 0) return steps;
  const last = (times: readonly (number | null)[]): string | null =>
    times.some((ms) => ms === null) ? null : iso(Math.max(...(times as number[])));
  return [
    ...steps,
    { step: 'COMMAND_SENT', at: last(restores.map(({ firstSentMs }) => firstSentMs)) },
    {
      step: 'POWER_ON',
      at: last(restores.map(({ state, finishedMs }) => (state === 'VERIFIED' ? finishedMs : null))),
    },
  ];
}

async function powerOf(
  deps: ReadDeps,
  order: OrderRow,
  restores: readonly RestoreRow[],
  nowMs: number,
): Promise<OrderPower> {
  if (restores.length > 0) {
    if (restores.every(({ state }) => state === 'VERIFIED')) return 'ON';
    const failed = restores.some(
      ({ state }) => FAILED_COMMAND_STATES.includes(state) || (isTerminal(state) && state !== 'VERIFIED'),
    );
    return failed ? 'FAILED' : 'COMING';
  }
  if (order.creditedMs === null) return 'NOT_OFF';
  const { held, asked, mapping, lit } = await heldForCredit(
    deps.reader,
    order.accountId,
    order.creditedMs,
    new Date(nowMs),
  );
  if (held) return asked ? 'CONFIRM' : 'STILL_OFF';
  if (mapping === 'NOW') return 'HELD';
  if (mapping === 'BEFORE') return lit ? 'ON' : 'COMING';
  return 'NOT_OFF';
}
