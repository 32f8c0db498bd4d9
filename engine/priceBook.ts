import type pg from 'pg';
import { storedPrices, tariffsOfAccounts } from '../db/queries/registerProof';
import type { ChargeLineRecord } from '../domain/credit/chargeLines';

/** A tariff version as the verifier asks it. */
interface Version {
  readonly id: number;
  readonly tariffId: number;
  readonly validFromMs: bigint;
  readonly createdMs: bigint;
  /** By tier, then by period; µ per whole unit as decimal text. */
  readonly prices: readonly Readonly<Record<string, string>>[];
  /** Of what is exported, by period. */
  readonly exportPrices: Readonly<Record<string, string>>;
  /** Rates of surcharges by `{kind}:{code}`, as decimal text. */
  readonly surcharges: ReadonlyMap<string, string>;
}

/** So far two servers' clocks may differ: a version that came so shortly before a sale need not be its own. */
const CLOCKS_MS = 60_000n;

interface Span {
  readonly tariffId: number;
  readonly fromMs: bigint;
  readonly toMs: bigint | null;
}

/** Every tariff version, and the tariffs under which each account stood: what a stored price is held against. */
export class PriceBook {
  private constructor(
    private readonly versions: ReadonlyMap<number, Version>,
    private readonly spans: ReadonlyMap<number, readonly Span[]>,
  ) {}

  static async load(client: pg.ClientBase): Promise<PriceBook> {
    const versions = new Map<number, Version>();
    for (const { id, tariffId, validFromMs, createdMs, body } of await storedPrices(client))
      versions.set(id, {
        id,
        tariffId,
        validFromMs,
        createdMs,
        prices: body.pricesMicro,
        exportPrices: body.exportPricesMicro ?? {},
        surcharges: new Map((body.surcharges ?? []).map((s) => [`${s.kind}:${s.code}`, s.valueMicro])),
      });
    const spans = new Map<number, Span[]>();
    for (const { accountId, ...span } of await tariffsOfAccounts(client)) {
      const known = spans.get(accountId);
      if (known) known.push(span);
      else spans.set(accountId, [span]);
    }
    return new PriceBook(versions, spans);
  }

  /** What does not hold of a charge's version and its lines' prices, in words; null: all holds. */
  problem(
    charge: { tariffVersionId: number; accountId: number; t0Ms: bigint },
    lines: readonly Pick<ChargeLineRecord, 'period' | 'tier' | 'price_u' | 'payer'>[],
  ): string | null {
    const version = this.versions.get(charge.tariffVersionId);
    const named = `tariff_version_id is ${charge.tariffVersionId}`;
    if (!version) return `${named}, which does not exist`;
    if (version.validFromMs > charge.t0Ms)
      return `${named}, which was not in force before ${version.validFromMs}`;
    const own = this.spans
      .get(charge.accountId)
      ?.some(
        ({ tariffId, fromMs, toMs }) =>
          tariffId === version.tariffId && fromMs <= charge.t0Ms && (toMs === null || toMs > charge.t0Ms),
      );
    if (!own) return `${named}, but its account stood under another tariff`;
    for (const { period, tier, price_u, payer } of lines) {
      const price = priceOf(version, { period, tier, payer });
      if (price !== price_u)
        return `${named}, whose price of ${period} in tier ${tier} is ${price ?? 'none'}, not ${price_u}`;
    }
    return null;
  }

  /**
   * What does not hold of the prices at which units were sold, in words; null: they are those of one version and period of these
   * tariffs that was in force at the instant of the sale.
   */
  saleProblem(
    sale: { readonly tariffIds: readonly number[]; readonly soldMs: bigint },
    lines: readonly Pick<ChargeLineRecord, 'period' | 'tier' | 'price_u' | 'payer'>[],
  ): string | null {
    const holds = this.inForce(sale).some((version) =>
      lines.every((line) => line.period === lines[0]!.period && priceOf(version, line) === line.price_u),
    );
    const said = lines
      .map(({ period, tier, price_u }) => `${price_u} of ${period} in tier ${tier}`)
      .join(', ');
    return holds ? null : `it was sold at ${said}, which no tariff in force at ${sale.soldMs} says`;
  }

  /** Versions that may have been in force at an instant: one that was added for a past start stands beside the one of before. */
  private inForce({ tariffIds, soldMs }: { tariffIds: readonly number[]; soldMs: bigint }): Version[] {
    const begun = [...this.versions.values()].filter(
      ({ tariffId, validFromMs }) => tariffIds.includes(tariffId) && validFromMs <= soldMs,
    );
    const follows = (one: Version, other: Version): boolean =>
      one.tariffId === other.tariffId &&
      (one.validFromMs > other.validFromMs || (one.validFromMs === other.validFromMs && one.id > other.id));
    return begun.filter(
      (version) => !begun.some((other) => follows(other, version) && other.createdMs + CLOCKS_MS <= soldMs),
    );
  }
}

/** The price that a version has for a line; an export period without one is worth nothing. */
function priceOf(
  version: Version,
  { period, tier, payer }: Pick<ChargeLineRecord, 'period' | 'tier' | 'payer'>,
): string | undefined {
  if (tier === '0') return version.surcharges.get(period);
  if (payer === 'SUPPLIER') return version.exportPrices[period] ?? '0';
  return version.prices[Number(tier) - 1]?.[period];
}
