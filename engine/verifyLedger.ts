import type { Database } from '../db/client';
import {
  allCheckpoints,
  chargeLinesPage,
  ledgerHeads,
  ledgerPage,
  type StoredEntryRow,
  type StoredTxRow,
  streamsOutOfStep,
} from '../db/queries/checkpoints';
import { type ChargeLineRecord, chargeLinesHash } from '../domain/credit/chargeLines';
import { entryHash, genesisHash, txHash } from '../domain/credit/hashChain';
import {
  isChainedAccount,
  type LedgerAccountName,
  type Posting,
  parseCustomerAccount,
} from '../domain/credit/posting';
import { nodeSha256 } from './context';
import { BUCKET_OF } from './postLedger';
import { topUpRequestHash } from './topUpRequestHash';
import { checkpointProblem, listCopies } from './verifyCheckpoints';

export interface LedgerVerdict {
  readonly ok: boolean;
  readonly transactions: number;
  readonly entries: number;
  readonly checkpoints: number;
  /** The first thing that does not hold: transaction id, checkpoint (`checkpoint:3`) or account (`account:cust:A1:cash`). */
  readonly firstBadId: string | null;
  readonly problem: string | null;
}

interface Head {
  readonly campusId: number;
  readonly name: string;
  readonly storedBalanceMicro: bigint;
  readonly storedSeq: bigint;
  readonly storedHash: string | null;
  readonly chained: boolean;
  seq: bigint;
  balanceMicro: bigint;
  hash: string;
  lastTx: bigint;
}

/** Transactions hashed in one go: the server that verifies has screens to feed meanwhile, so well under 100 ms. */
const PAGE = 1_000;

/**
 * Recomputes the whole ledger: every transaction's hash and sum, every customer pot's chain and head, the charge lines behind
 * the charges, the checkpoints with their signatures, and the copies outside the database. Reads one consistent snapshot.
 * @param options.signingKey PEM of the checkpoint key; without it signatures are not checked
 * @param options.directory the outside copies; newest rows that were deleted are found by them
 */
export async function verifyLedger(
  database: Database,
  options: { signingKey?: string; directory?: string } = {},
): Promise<LedgerVerdict> {
  const copies = options.directory === undefined ? [] : await listCopies(options.directory);
  const client = await database.pool.connect();
  try {
    await client.query('begin isolation level repeatable read read only');
    const heads = new Map<number, Head>();
    const pots = await ledgerHeads(client);
    for (const pot of pots) {
      heads.set(pot.id, {
        campusId: pot.campusId,
        name: pot.name,
        storedBalanceMicro: pot.balanceMicro ?? 0n,
        storedSeq: pot.accountSeq ?? 0n,
        storedHash: pot.headHash?.toString('hex') ?? null,
        chained: isChainedAccount(pot.name),
        seq: 0n,
        balanceMicro: 0n,
        hash: genesisHash(pot.name, nodeSha256),
        lastTx: 0n,
      });
    }
    let transactions = 0;
    let entries = 0;
    const bad = (firstBadId: string, problem: string): LedgerVerdict => ({
      ok: false,
      transactions,
      entries,
      checkpoints: 0,
      firstBadId,
      problem,
    });
    for (let after = 0n; ; ) {
      const page = await ledgerPage(client, after, PAGE);
      const last = page.transactions[page.transactions.length - 1];
      if (!last) break;
      const byTx = new Map<bigint, StoredEntryRow[]>();
      for (const entry of page.entries) {
        const list = byTx.get(entry.txId);
        if (list) list.push(entry);
        else byTx.set(entry.txId, [entry]);
      }
      const charges = await chargesByTx(client, after, last.id);
      for (const tx of page.transactions) {
        const [earliest] = byTx.keys();
        if (earliest !== undefined && earliest < tx.id)
          return bad(earliest.toString(), 'entries without a transaction');
        const own = byTx.get(tx.id) ?? [];
        byTx.delete(tx.id);
        const problem = txProblem(tx, own, heads) ?? linesProblem(tx, charges.get(tx.id) ?? []);
        if (problem) return bad(tx.id.toString(), problem);
        charges.delete(tx.id);
        transactions++;
        entries += own.length;
      }
      const [stray] = charges.keys();
      if (stray !== undefined) return bad(stray.toString(), 'a charge without a transaction');
      after = last.id;
    }
    for (const head of heads.values()) {
      if (!head.chained) continue;
      const right =
        head.seq === head.storedSeq &&
        head.balanceMicro === head.storedBalanceMicro &&
        (head.seq === 0n || head.hash === head.storedHash);
      if (!right)
        return bad(
          head.lastTx > 0n ? head.lastTx.toString() : `account:${head.name}`,
          `the stored head of ${head.name} is not the end of its chain`,
        );
    }
    const owner = pots.find((pot) => !isOwnPot(pot));
    if (owner) return bad(`account:${owner.name}`, 'the pot stands under another account');
    const [stream] = await streamsOutOfStep(client);
    if (stream)
      return bad(
        `stream:${stream.streamId}`,
        `posted ${stream.postedMicro} µ, but the charges in force sum to ${stream.chargedMicro} µ`,
      );
    const checkpoints = await allCheckpoints(client);
    const seal = await checkpointProblem(client, checkpoints, {
      ...(options.signingKey === undefined ? {} : { signingKey: options.signingKey }),
      copies,
    });
    if (seal) return { ...bad(seal.id, seal.problem), checkpoints: checkpoints.length };
    return {
      ok: true,
      transactions,
      entries,
      checkpoints: checkpoints.length,
      firstBadId: null,
      problem: null,
    };
  } finally {
    await client.query('rollback').catch(() => undefined);
    client.release();
  }
}

function txProblem(
  tx: StoredTxRow,
  entries: readonly StoredEntryRow[],
  heads: Map<number, Head>,
): string | null {
  if (entries.length === 0 || entries.length % 2 !== 0) return 'its entries are incomplete';
  const postings: Posting[] = [];
  for (let i = 0; i < entries.length; i += 2) {
    const from = entries[i]!;
    const to = entries[i + 1]!;
    const s = heads.get(from.ledgerAccountId);
    const d = heads.get(to.ledgerAccountId);
    if (!s || !d) return 'an entry names an unknown pot';
    if (s.campusId !== tx.campusId || d.campusId !== tx.campusId) return 'it moves money of another campus';
    if (from.n !== i || to.n !== i + 1 || to.amountMicro <= 0n || from.amountMicro !== -to.amountMicro)
      return 'its entries do not sum to zero in pairs';
    postings.push({
      s: s.name as LedgerAccountName,
      d: d.name as LedgerAccountName,
      a: to.amountMicro,
      ccy: tx.currency,
    });
  }
  const hash = txHash(
    {
      id: tx.id.toString(),
      key: tx.key,
      kind: tx.kind,
      at: tx.tMs,
      ccy: tx.currency,
      postings,
      lines: tx.linesHash?.toString('hex'),
      reverses: tx.reverses?.toString(),
    },
    nodeSha256,
  );
  if (hash !== tx.txHash.toString('hex')) return 'its content does not match its hash';
  if (tx.requestHash !== null && !asksFor(tx, postings)) return 'what was asked is not what was booked';
  for (const entry of entries) {
    const head = heads.get(entry.ledgerAccountId)!;
    if (!head.chained) {
      if (entry.accountSeq !== null || entry.balanceAfterMicro !== null || entry.entryHash !== null)
        return `${head.name} carries no chain, but its entry does`;
      continue;
    }
    head.seq += 1n;
    head.balanceMicro += entry.amountMicro;
    head.lastTx = tx.id;
    if (entry.accountSeq !== head.seq) return `the chain of ${head.name} has a gap`;
    if (entry.balanceAfterMicro !== head.balanceMicro) return `the balance of ${head.name} does not follow`;
    const expected = entryHash(
      {
        prevHash: head.hash,
        acctSeq: head.seq,
        txHash: hash,
        amountMicro: entry.amountMicro,
        balanceAfterMicro: head.balanceMicro,
      },
      nodeSha256,
    );
    if (entry.entryHash?.toString('hex') !== expected) return `the chain of ${head.name} is broken`;
    head.hash = expected;
  }
  return null;
}

/** The payment that was asked for can be read off a top-up's key and postings. */
function asksFor({ kind, key, requestHash }: StoredTxRow, postings: readonly Posting[]): boolean {
  const match = /^topup:([^:]+):(.+)$/.exec(key);
  const payee = postings[0] && parseCustomerAccount(postings[0].d);
  if (kind !== 'topup' || !match || !payee) return false;
  const asked = topUpRequestHash({
    accountCode: payee.accountCode,
    amountMicro: postings.reduce((sum, { a }) => sum + a, 0n),
    channel: match[1]!,
    reference: match[2]!,
  });
  return requestHash !== null && asked.equals(requestHash);
}

/** A customer's pot stands under the account and bucket that its name says; a system pot under none. */
function isOwnPot(pot: { name: string; bucket: string | null; accountCode: string | null }): boolean {
  const parsed = parseCustomerAccount(pot.name);
  if (!parsed) return pot.accountCode === null && pot.bucket === null;
  return pot.accountCode === parsed.accountCode && pot.bucket === (BUCKET_OF[parsed.bucket] ?? 'SUBSIDY');
}

type StoredLines = Awaited<ReturnType<typeof chargeLinesPage>>[number];

async function chargesByTx(
  client: Parameters<typeof chargeLinesPage>[0],
  after: bigint,
  to: bigint,
): Promise<Map<bigint, StoredLines[]>> {
  const byTx = new Map<bigint, StoredLines[]>();
  for (const row of await chargeLinesPage(client, after, to)) {
    const list = byTx.get(row.txId);
    if (list) list.push(row);
    else byTx.set(row.txId, [row]);
  }
  return byTx;
}

function linesProblem(tx: StoredTxRow, charges: readonly StoredLines[]): string | null {
  if (tx.linesHash === null) return charges.length === 0 ? null : 'it has a charge, but no hash of its lines';
  if (charges.length !== 1) return charges.length === 0 ? 'its charge is missing' : 'it has several charges';
  const [row] = charges;
  const lines = row!.lines as ChargeLineRecord[];
  if (chargeLinesHash(lines, nodeSha256) !== tx.linesHash.toString('hex'))
    return 'its charge lines do not match their hash';
  const numerator = lines.reduce((sum, line) => sum + BigInt(line.amount_n), 0n);
  const quantity = lines.reduce((sum, line) => sum + BigInt(line.q_u), 0n);
  return numerator === BigInt(row!.numeratorPico) && quantity === row!.quantityMicro
    ? null
    : 'its charge does not sum up to its lines';
}
