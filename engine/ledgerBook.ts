import type { Tx } from '../db/client';
import { customerPots, type LedgerAccountRow, potsWithSystem } from '../db/queries/ledger';
import type { AccountCredit, CreditBuckets } from '../domain/credit/buckets';
import type { EmergencyCredit } from '../domain/credit/emergencyCredit';
import { parseCustomerAccount } from '../domain/credit/posting';

const nameKey = (campusId: number, name: string): string => `${campusId}/${name}`;

/**
 * The customers' pots that one transaction works on, held in memory between its postings. Loaded under the accounts'
 * row locks, so nobody else moves them meanwhile.
 */
export class LedgerBook {
  /** Made when first asked for: most transactions post nothing. */
  private byName: Map<string, LedgerAccountRow> | null = null;
  private readonly byAccount = new Map<number, LedgerAccountRow[]>();
  /** System pots at hand; they are named by postings, and nothing of them moves here. */
  private readonly system: LedgerAccountRow[] = [];
  readonly touched = new Set<LedgerAccountRow>();

  static async load(tx: Tx, accountIds: readonly number[]): Promise<LedgerBook> {
    const book = new LedgerBook();
    if (accountIds.length > 0) for (const pot of await customerPots(tx.client, accountIds)) book.add(pot);
    return book;
  }

  /** The pots of one account, with the system's of these names. */
  static async loadFor(
    tx: Tx,
    account: { id: number; campusId: number },
    systemNames: readonly string[],
  ): Promise<LedgerBook> {
    const book = new LedgerBook();
    for (const pot of await potsWithSystem(tx.client, account.campusId, account.id, systemNames))
      book.add(pot);
    return book;
  }

  add(pot: LedgerAccountRow): void {
    this.byName?.set(nameKey(pot.campusId, pot.name), pot);
    if (pot.accountId === null) {
      this.system.push(pot);
      return;
    }
    const list = this.byAccount.get(pot.accountId);
    if (list) list.push(pot);
    else this.byAccount.set(pot.accountId, [pot]);
  }

  /** Takes over all pots of an account, as another book handed them out. */
  addAll(accountId: number, pots: LedgerAccountRow[]): void {
    this.byAccount.set(accountId, pots);
    for (const pot of pots) this.byName?.set(nameKey(pot.campusId, pot.name), pot);
  }

  potsOf(accountId: number): LedgerAccountRow[] {
    return this.byAccount.get(accountId) ?? [];
  }

  pot(campusId: number, name: string): LedgerAccountRow | undefined {
    if (!this.byName) {
      this.byName = new Map();
      for (const pots of [this.system, ...this.byAccount.values()])
        for (const pot of pots) this.byName.set(nameKey(pot.campusId, pot.name), pot);
    }
    return this.byName.get(nameKey(campusId, name));
  }

  /** The account that a pot name's code belongs to, as far as this book knows it. */
  accountIdOf(campusId: number, accountCode: string): number | undefined {
    for (const bucket of ['cash', 'arrears', 'gift', 'ec']) {
      const pot = this.pot(campusId, `cust:${accountCode}:${bucket}`);
      if (pot?.accountId != null) return pot.accountId;
    }
    return undefined;
  }

  /** Balances of an account's pots as the credit rules see them. */
  buckets(accountId: number): CreditBuckets {
    let giftMicro = 0n;
    let cashMicro = 0n;
    let ecMicro = 0n;
    let arrearsMicro = 0n;
    const subsidies: { grantId: string; balanceMicro: bigint; expiresAt: number | null }[] = [];
    for (const pot of this.byAccount.get(accountId) ?? []) {
      switch (pot.bucket) {
        case 'CASH':
          cashMicro = pot.balanceMicro;
          break;
        case 'GIFT':
          giftMicro = pot.balanceMicro;
          break;
        case 'EC':
          ecMicro = pot.balanceMicro;
          break;
        case 'ARREARS':
          arrearsMicro = pot.balanceMicro;
          break;
        case 'SUBSIDY': {
          const parsed = parseCustomerAccount(pot.name);
          subsidies.push({
            grantId: parsed ? parsed.bucket.slice('subsidy:'.length) : pot.name,
            balanceMicro: pot.balanceMicro,
            expiresAt: pot.expiresMs,
          });
          break;
        }
        case null:
          break;
      }
    }
    return { subsidies, giftMicro, cashMicro, ecMicro, arrearsMicro };
  }

  /** The account as `takeCharge` and `applyTopUp` want it. */
  credit(
    account: { id: number; code: string },
    ccy: string,
    emergencyCredit: EmergencyCredit,
  ): AccountCredit {
    return { accountCode: account.code, ccy, buckets: this.buckets(account.id), emergencyCredit };
  }
}
