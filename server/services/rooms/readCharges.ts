import { type ChargeView, findAccountView, listAccountCharges } from '../../../db/queries/accountViews';
import type { ProofCharge } from '../../../db/queries/chargeProofs';
import type { ChargeProof } from '../../../domain/credit/chargeProof';
import { DomainError } from '../../../domain/errors';
import { surchargeOfLine } from '../../../domain/tariffs/chargeLines';
import { proveCharge } from '../../../engine/proveCharge';
import { type Caller, requirePermission } from '../../auth/caller';
import type { ReadDeps } from '../deps';

/** A charge in a list. Quantities and amounts in µ. */
export interface ChargeRow {
  readonly id: string;
  readonly pointCode: string;
  readonly utility: ChargeView['utility'];
  readonly t0Ms: number;
  readonly t1Ms: number;
  readonly quantityMicro: bigint;
  readonly amountMicro: bigint;
  readonly periods: readonly string[];
  readonly estimated: boolean;
}

export interface ChargePage {
  readonly rows: readonly ChargeRow[];
  /** Hand it in for the next page; null at the end. */
  readonly next: { readonly t1Ms: number; readonly id: string } | null;
}

/** Charges in force of an account, newest first. @throws DomainError `forbidden`, `notFound` */
export async function readCharges(
  deps: ReadDeps,
  caller: Caller,
  input: {
    readonly accountCode: string;
    readonly before: { readonly t1Ms: number; readonly id: string } | null;
    readonly limit: number;
  },
): Promise<ChargePage> {
  const { scope } = requirePermission(caller, 'VIEW_MONEY');
  const account = await findAccountView(deps.reader, scope, input.accountCode);
  if (!account) throw new DomainError('notFound', 'ACCOUNT', `There is no account ${input.accountCode}.`);
  const rows = await listAccountCharges(deps.reader, scope, account.id, {
    before: input.before && { t1Ms: input.before.t1Ms, id: BigInt(input.before.id) },
    afterMs: null,
    untilMs: null,
    superseded: false,
    limit: input.limit + 1,
  });
  const shown = rows.slice(0, input.limit);
  const last = shown.at(-1);
  return {
    rows: shown.map(chargeRow),
    next: rows.length > input.limit && last ? { t1Ms: last.t1Ms, id: last.id.toString() } : null,
  };
}

/** A charge as lists show it. */
export function chargeRow(view: ChargeView): ChargeRow {
  // Written by the engine alone, in its frozen shape.
  const lines = view.lines as { period: string; tier: string; estimated: boolean }[];
  return {
    id: view.id.toString(),
    pointCode: view.pointCode,
    utility: view.utility,
    t0Ms: view.t0Ms,
    t1Ms: view.t1Ms,
    quantityMicro: view.quantityMicro,
    amountMicro: view.amountMicro,
    periods: [...new Set(lines.filter((line) => !surchargeOfLine(line)).map((line) => line.period))],
    estimated: lines.some((line) => line.estimated),
  };
}

/** A charge with all from which a browser recomputes it, and what names it on the page. */
export interface ChargeProofData {
  readonly id: string;
  readonly accountCode: string;
  readonly meterCode: string;
  readonly pointCode: string;
  readonly utility: ProofCharge['utility'];
  readonly register: string;
  readonly rev: number;
  readonly superseded: boolean;
  readonly postedMs: number;
  readonly tariff: { readonly name: string; readonly nameEn: string | null };
  readonly tariffNumber: number;
  readonly tariffSinceMs: number;
  /** Limit of each tier, µ; the last is open. */
  readonly tierLimitsMicro: readonly (bigint | null)[];
  readonly currency: string;
  /** Number of the checkpoint that seals the transaction; null: the next one will. */
  readonly checkpoint: number | null;
  readonly proof: ChargeProof;
}

/** Everything about one charge. @throws DomainError `forbidden`, `notFound` */
export async function readChargeProof(
  deps: ReadDeps,
  caller: Caller,
  input: { readonly id: string },
): Promise<ChargeProofData> {
  const { scope } = requirePermission(caller, 'VIEW_MONEY');
  const found = await proveCharge(deps.reader, scope, BigInt(input.id), caller.campus.timeZone);
  if (!found) throw new DomainError('notFound', 'CHARGE', `There is no charge ${input.id}.`);
  const { charge, tariff, checkpoint, proof } = found;
  const version = proof.tariff.versions.find(({ code }) => code === proof.tariff.version);
  return {
    id: input.id,
    accountCode: charge.accountCode,
    meterCode: charge.meterCode,
    pointCode: charge.pointCode,
    utility: charge.utility,
    register: charge.register,
    rev: charge.rev,
    superseded: charge.supersededBy !== null,
    postedMs: charge.postedMs,
    tariff: { name: tariff.name, nameEn: tariff.nameEn },
    tariffNumber: tariff.numbers[proof.tariff.version] ?? 0,
    tariffSinceMs: version?.validFromMs ?? 0,
    tierLimitsMicro: version?.tierLimitsMicro ?? [null],
    currency: charge.unit ?? caller.campus.currency,
    checkpoint,
    proof,
  };
}
