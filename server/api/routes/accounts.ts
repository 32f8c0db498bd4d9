import { createRoute, z } from '@hono/zod-openapi';
import {
  accountSchema,
  chargePage,
  chargesQuery,
  ledgerPage,
  type RestAccount,
  type RestCharge,
  type RestLedgerEntry,
} from '../../../contracts/restAccounts';
import { pageQuery, restCode } from '../../../contracts/restCommon';
import {
  type AccountView,
  type ChargeView,
  findAccountView,
  type LedgerEntryView,
  listAccountCharges,
  listAccountLedger,
  listAccountPoints,
} from '../../../db/queries/accountViews';
import { type ChargeLineRecord, chargeLinesHash } from '../../../domain/credit/chargeLines';
import { DomainError } from '../../../domain/errors';
import { sumKeyOfLine, surchargeOfLine } from '../../../domain/tariffs/chargeLines';
import { sumScale } from '../../../domain/tariffs/surcharge';
import { floorDiv, MICRO, textFromMicro } from '../../../domain/units';
import { nodeSha256 } from '../../../engine/context';
import { pageOfRows, pageSize, readCursor } from '../cursor';
import {
  answer,
  instantsOf,
  PROBLEMS,
  type RestApp,
  type RestContext,
  type RestDeps,
  requireScope,
  SECURITY,
} from '../restApp';
import { supplyOf } from './supplyShapes';

const params = z.strictObject({ code: restCode });

const getAccount = createRoute({
  method: 'get',
  path: '/accounts/{code}',
  summary: 'Balance, unposted use, available, time left and supply of an account',
  tags: ['accounts'],
  security: SECURITY,
  request: { params },
  responses: { 200: answer('The account', accountSchema), ...PROBLEMS },
});

const getLedger = createRoute({
  method: 'get',
  path: '/accounts/{code}/ledger',
  summary: 'Postings on the pots of an account, newest first',
  tags: ['accounts'],
  security: SECURITY,
  request: { params, query: pageQuery },
  responses: { 200: answer('One page', ledgerPage), ...PROBLEMS },
});

const getCharges = createRoute({
  method: 'get',
  path: '/accounts/{code}/charges',
  summary: 'What an account was charged, with what proves it, newest first',
  tags: ['accounts'],
  security: SECURITY,
  request: { params, query: chargesQuery },
  responses: { 200: answer('One page', chargePage), ...PROBLEMS },
});

export function registerAccounts(api: RestApp, deps: RestDeps): void {
  api.openapi(getAccount, async (c) => {
    const account = await accountOf(c, c.req.valid('param').code);
    const nowMs = deps.engine.clock.now();
    const points = await listAccountPoints(c.get('reader'), account.id, new Date(nowMs));
    const { at } = instantsOf(c);
    const body: RestAccount = {
      code: account.code,
      name: account.name,
      kind: account.kind,
      status: account.status,
      space: account.spaceCode,
      currency: account.unit ?? c.get('caller').campus.currency,
      ledger: textFromMicro(account.ledgerMicro),
      unposted: textFromMicro(account.unpostedMicro),
      balance: textFromMicro(account.balanceMicro),
      available: textFromMicro(account.availableMicro),
      arrears: textFromMicro(account.arrearsMicro),
      timeLeft: account.timeLeft && {
        hours: account.timeLeft.hours,
        band: account.timeLeft.band,
        learnedDays: account.timeLeft.learnedDays,
        computedAt: at(account.timeLeft.computedMs),
      },
      points: points.map((point) => supplyOf(point, c)),
      asOf: at(nowMs),
    };
    return c.json(body, 200);
  });

  api.openapi(getLedger, async (c) => {
    const account = await accountOf(c, c.req.valid('param').code);
    const query = c.req.valid('query');
    const limit = pageSize(query.limit);
    const position = readCursor(query.cursor, z.tuple([digits, z.number().int().min(0).max(32_767)]));
    const rows = await listAccountLedger(c.get('reader'), account.id, {
      before: position && { txId: BigInt(position[0]), n: position[1] },
      limit: limit + 1,
    });
    return c.json(
      pageOfRows(
        rows,
        limit,
        (row) => entryOf(row, c),
        (row) => [row.txId.toString(), row.n],
      ),
      200,
    );
  });

  api.openapi(getCharges, async (c) => {
    const account = await accountOf(c, c.req.valid('param').code);
    const query = c.req.valid('query');
    const limit = pageSize(query.limit);
    const position = readCursor(query.cursor, z.tuple([milliseconds, digits]));
    const { scope } = requireScope(c, 'VIEW_MONEY');
    const rows = await listAccountCharges(c.get('reader'), scope, account.id, {
      before: position && { t1Ms: position[0], id: BigInt(position[1]) },
      afterMs: query.from === undefined ? null : Date.parse(query.from),
      untilMs: query.to === undefined ? null : Date.parse(query.to),
      superseded: query.superseded === '1',
      limit: limit + 1,
    });
    return c.json(
      pageOfRows(
        rows,
        limit,
        (row) => chargeOf(row, c),
        (row) => [row.t1Ms, row.id.toString()],
      ),
      200,
    );
  });
}

const digits = z.string().regex(/^\d{1,18}$/);
const milliseconds = z.number().int().min(0).max(8_640_000_000_000_000);

/** What stands in the ledger of a named account is its money, too. */
async function accountOf(c: RestContext, code: string): Promise<AccountView> {
  const { scope } = requireScope(c, 'VIEW_MONEY');
  const account = await findAccountView(c.get('reader'), scope, code);
  if (!account) throw new DomainError('notFound', 'ACCOUNT', `There is no account ${code}.`);
  return account;
}

function entryOf(row: LedgerEntryView, c: RestContext): RestLedgerEntry {
  return {
    tx: row.txId.toString(),
    n: row.n,
    key: row.key,
    kind: row.kind,
    at: instantsOf(c).at(row.tMs),
    pot: row.bucket ?? 'CASH',
    amount: textFromMicro(row.amountMicro),
    balanceAfter: row.balanceAfterMicro === null ? null : textFromMicro(row.balanceAfterMicro),
    sequence: row.accountSeq === null ? null : row.accountSeq.toString(),
    entryHash: row.entryHash,
    txHash: row.txHash,
    reverses: row.reverses === null ? null : row.reverses.toString(),
    paid: row.paidMicro === null ? null : textFromMicro(row.paidMicro),
  };
}

function chargeOf(row: ChargeView, c: RestContext): RestCharge {
  const { at } = instantsOf(c);
  // Written by the engine in this frozen shape and never changed since.
  const lines = row.lines as ChargeLineRecord[];
  return {
    id: row.id.toString(),
    meter: row.meterCode,
    point: row.pointCode,
    utility: row.utility,
    register: row.register,
    epoch: row.epoch,
    from: at(row.t0Ms),
    to: at(row.t1Ms),
    revision: row.rev,
    startRegister: textFromMicro(row.startMicro),
    endRegister: textFromMicro(row.endMicro),
    quantity: textFromMicro(row.quantityMicro),
    amount: textFromMicro(row.amountMicro),
    tariff: row.tariffCode,
    tariffVersion: row.tariffVersion,
    estimated: lines.some((line) => line.estimated),
    inForce: !row.superseded,
    tx: row.txId === null ? null : row.txId.toString(),
    linesHash: chargeLinesHash(lines, nodeSha256),
    lines: lines.map((line) => ({
      period: line.period,
      tier: Number(line.tier),
      quantity: lineBaseText(line),
      price: textFromMicro(BigInt(line.price_u)),
      amount: textFromPico(floorDiv(BigInt(line.amount_n) * MICRO, sumScale(sumKeyOfLine(line)))),
      payer: line.payer,
      estimated: line.estimated,
    })),
  };
}

/** What a line is reckoned on: units or days, or the money that a percentage is of, rounded down to 10⁻⁶. */
function lineBaseText(line: ChargeLineRecord): string {
  const kind = surchargeOfLine(line)?.kind;
  const finer = kind === 'PERCENT' ? MICRO : kind === 'TAX' ? MICRO * 10n ** 8n : 1n;
  return textFromMicro(floorDiv(BigInt(line.q_u), finer));
}

/** Exact numerator in pico-currency as decimal text with twelve places. */
function textFromPico(pico: bigint): string {
  const negative = pico < 0n;
  const text = (negative ? -pico : pico).toString().padStart(13, '0');
  return `${negative ? '-' : ''}${text.slice(0, -12)}.${text.slice(-12)}`;
}
