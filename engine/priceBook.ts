import type pg from 'pg';
import { storedPrices, tariffsOfAccounts } from '../db/queries/registerProof';
import type { ChargeLineRecord } from '../domain/credit/chargeLines';

/** A tariff version as the verifier asks it. */
interface Version {
  readonly tariffId: number;
  readonly validFromMs: bigint;
  /** By tier, then by period; µ per whole unit as decimal text. */
  readonly prices: readonly Readonly<Record<string, string>>[];
  /** Of what is exported, by period. */
  readonly exportPrices: Readonly<Record<string, string>>;
  /** Rates of surcharges by `{kind}:{code}`, as decimal text. */
  readonly surcharges: ReadonlyMap<string, string>;
}

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
    for (const { id, tariffId, validFromMs, body } of await storedPrices(client))
      versions.set(id, {
        tariffId,
        validFromMs,
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
