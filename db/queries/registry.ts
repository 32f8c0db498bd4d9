import type pg from 'pg';
import { billingChannelOf, type Utility } from '../../domain/metering/reading';
import type { DeclaredPeriod } from '../../domain/supply/noCutPeriods';
import { exportVersions } from '../../domain/tariffs/exportPrices';
import type { AccrualPeriod } from '../../domain/tariffs/tariff';
import { prepareTariffBook, type TariffBook } from '../../domain/tariffs/tariffBook';
import { campusZone } from '../../domain/time/campusTime';
import { freeBooks } from './entitlements';
import { ownLimits } from './limitChanges';
import type {
  AccountEntry,
  CampusEntry,
  GatewayEntry,
  InstallSpan,
  MeterEntry,
  PayerSpan,
  PointEntry,
  Registry,
  RuleSettingEntry,
  TariffEntry,
  TariffSpan,
} from './registryEntries';
import { type CreditPolicy, creditPolicyOf, type PolicyBody } from './storedPolicy';
import { calendarOf, PLAIN_CALENDAR, type TariffBody, tariffVersionOf } from './storedTariff';

/** Whatever runs a query: a pool, or a client inside a transaction. */
export interface Reader {
  query<R extends pg.QueryResultRow>(text: string, values?: unknown[]): Promise<pg.QueryResult<R>>;
}

const MS = (column: string) => `(extract(epoch from ${column}) * 1000)::float8`;
const IN_CAMPUS = '($1::int is null or campus_id = $1)';

/**
 * Reads the registry of one campus, or of all. Inside a transaction that holds the campus row FOR SHARE the result is
 * consistent and its `configVersion` current: whoever changes what it holds locks that row first.
 */
export async function loadRegistry(client: Reader, campusId?: number): Promise<Registry> {
  const only = [campusId ?? null];
  const campuses = await loadCampuses(client, only);
  const tariffs = await loadTariffs(client, only, campuses);
  const accounts = await loadAccounts(client, only);
  for (const [accountId, free] of await freeBooks(client, only, campuses))
    accounts.get(accountId)!.free = free;
  const points = await loadPoints(client, only, accounts);
  await loadGateways(client, only, campuses);
  const meters = await loadMeters(client, only, points);
  for (const meter of meters.values()) campuses.get(meter.campusId)!.meterByCode.set(meter.code, meter);
  const campusByCode = new Map([...campuses.values()].map((campus) => [campus.code, campus]));
  return { campuses, campusByCode, meters, points, accounts, tariffs };
}

interface LoadedCampus extends CampusEntry {
  readonly meterByCode: Map<string, MeterEntry>;
  readonly gatewayByCode: Map<string, GatewayEntry>;
  readonly policies: Map<string, CreditPolicy>;
  readonly ruleSettings: Map<string, RuleSettingEntry[]>;
  readonly calendars: Map<string, Record<string, string>>;
}

async function loadCampuses(client: Reader, only: (number | null)[]): Promise<Map<number, LoadedCampus>> {
  const { rows } = await client.query<{
    id: number;
    code: string;
    name: string;
    timeZone: string;
    currency: string;
    lateLimitDays: number;
    configVersion: bigint;
    lockedUntilMs: number | null;
  }>(
    `select id, code, name, time_zone as "timeZone", currency, late_limit_days as "lateLimitDays",
            config_version as "configVersion",
            (select max(l.end_ms)::float8 from month_lock l where l.campus_id = campus.id) as "lockedUntilMs"
       from campus where $1::int is null or id = $1 order by id`,
    only,
  );
  const campuses = new Map<number, LoadedCampus>();
  for (const { timeZone, configVersion, ...row } of rows) {
    campuses.set(row.id, {
      ...row,
      zone: campusZone(timeZone),
      configVersion: Number(configVersion),
      meterByCode: new Map(),
      gatewayByCode: new Map(),
      policies: new Map(),
      ruleSettings: new Map(),
      calendars: new Map(),
    });
  }
  const calendars = await client.query<{ campusId: number; code: string; days: Record<string, string> }>(
    `select campus_id as "campusId", code, days from calendar where ${IN_CAMPUS}`,
    only,
  );
  for (const { campusId, code, days } of calendars.rows) campuses.get(campusId)?.calendars.set(code, days);
  const policies = await client.query<{ campusId: number; code: string; body: PolicyBody }>(
    `select campus_id as "campusId", code, body from policy where ${IN_CAMPUS} and current`,
    only,
  );
  const declared = await client.query<{
    campusId: number;
    policyCode: string | null;
    kind: DeclaredPeriod['kind'];
    from: number;
    to: number;
  }>(
    `select campus_id as "campusId", policy_code as "policyCode", kind, from_ms::float8 as from, to_ms::float8 as to
       from no_cut_declaration where ${IN_CAMPUS} and to_ms > from_ms`,
    only,
  );
  for (const { campusId, code, body } of policies.rows) {
    const campus = campuses.get(campusId);
    const own = declared.rows.filter(
      (one) => one.campusId === campusId && (one.policyCode === null || one.policyCode === code),
    );
    campus?.policies.set(code, creditPolicyOf(body, campus.calendars.get(body.calendar ?? ''), own));
  }
  const settings = await client.query<RuleSettingEntry & { campusId: number; rule: string }>(
    `select distinct on (campus_id, rule, space_id) campus_id as "campusId", rule, space_id as "spaceId", body
       from rule_setting where ${IN_CAMPUS} order by campus_id, rule, space_id, version desc`,
    only,
  );
  for (const { campusId, rule, spaceId, body } of settings.rows) {
    const campus = campuses.get(campusId);
    if (campus) listAt(campus.ruleSettings, rule).push({ spaceId, body });
  }
  return campuses;
}

interface RawVersion {
  id: number;
  number: number;
  validFromMs: number;
  accrual: AccrualPeriod;
  body: TariffBody;
}

async function loadTariffs(
  client: Reader,
  only: (number | null)[],
  campuses: ReadonlyMap<number, LoadedCampus>,
): Promise<Map<number, TariffEntry>> {
  const { rows } = await client.query<{
    id: number;
    campusId: number;
    code: string;
    utility: Utility;
    calendar: string | null;
    days: Record<string, string> | null;
  }>(
    `select t.id, t.campus_id as "campusId", t.code, t.utility, c.code as calendar, c.days
       from tariff t left join calendar c on c.id = t.calendar_id where $1::int is null or t.campus_id = $1`,
    only,
  );
  const versions = await client.query<RawVersion & { tariffId: number }>(
    `select v.id, v.tariff_id as "tariffId", v.number, ${MS('v.valid_from')} as "validFromMs", v.accrual, v.body
       from tariff_version v join tariff t on t.id = v.tariff_id
      where v.superseded_by is null and ($1::int is null or t.campus_id = $1) order by v.tariff_id, v.valid_from`,
    only,
  );
  const versionsOf = grouped(versions.rows, (v) => v.tariffId);
  const tariffs = new Map<number, TariffEntry>();
  for (const { id, campusId, code, utility, calendar, days } of rows) {
    const dayTypes = calendar === null || days === null ? PLAIN_CALENDAR : calendarOf(calendar, days);
    const stored = versionsOf.get(id) ?? [];
    const domainVersions = stored.map((v) => tariffVersionOf({ ...v, code: String(v.id) }, dayTypes));
    const zone = campuses.get(campusId)!.zone;
    let book: TariffBook | null = null;
    let exportBook: TariffBook | null = null;
    let problem: string | null = null;
    try {
      book = prepareTariffBook({ versions: domainVersions, calendar: dayTypes, zone });
      const exporting = exportVersions(domainVersions);
      if (exporting) exportBook = prepareTariffBook({ versions: exporting, calendar: dayTypes, zone });
    } catch (error) {
      problem = error instanceof Error ? error.message : String(error);
    }
    tariffs.set(id, {
      tariffId: id,
      code,
      campusId,
      utility,
      calendar: dayTypes,
      versions: domainVersions,
      numbers: new Map(stored.map((v) => [v.id, v.number])),
      book,
      exportBook,
      problem,
    });
  }
  return tariffs;
}

interface LoadedAccount extends AccountEntry {
  readonly tariffs: Map<Utility, TariffSpan[]>;
  readonly pointIds: number[];
  free: AccountEntry['free'];
}

async function loadAccounts(client: Reader, only: (number | null)[]): Promise<Map<number, LoadedAccount>> {
  const { rows } = await client.query<Omit<AccountEntry, 'tariffs' | 'pointIds' | 'free'>>(
    `select id as "accountId", code, campus_id as "campusId", kind, status, space_id as "spaceId",
            policy_code as "policyCode", unit, sold_by_id as "soldById" from account where ${IN_CAMPUS}`,
    only,
  );
  const accounts = new Map<number, LoadedAccount>();
  for (const row of rows)
    accounts.set(row.accountId, { ...row, tariffs: new Map(), pointIds: [], free: null });
  const spans = await client.query<TariffSpan & { accountId: number; utility: Utility }>(
    `select t.account_id as "accountId", t.utility, t.tariff_id as "tariffId", ${MS('t.valid_from')} as "fromMs",
            ${MS('t.valid_to')} as "toMs"
       from account_tariff t join account a on a.id = t.account_id
      where $1::int is null or a.campus_id = $1 order by t.account_id, t.valid_from`,
    only,
  );
  for (const { accountId, utility, ...span } of spans.rows)
    listAt(accounts.get(accountId)!.tariffs, utility).push(span);
  return accounts;
}

interface LoadedPoint extends PointEntry {
  readonly payers: PayerSpan[];
  readonly feeders: { pointId: number; sign: 1 | -1 }[];
  readonly meterIds: number[];
}

async function loadPoints(
  client: Reader,
  only: (number | null)[],
  accounts: ReadonlyMap<number, LoadedAccount>,
): Promise<Map<number, LoadedPoint>> {
  const { rows } = await client.query<Omit<PointEntry, 'payers' | 'feeders' | 'meterIds' | 'ownLimitW'>>(
    `select p.id as "pointId", p.code as "pointCode", p.campus_id as "campusId", p.utility, p.space_id as "spaceId",
            s.path as "spacePath", p.role, p.capacity_w as "capacityW", p.limit_w as "limitW",
            p.overload_action as "overloadAction", p.protection
       from meter_point p join space s on s.id = p.space_id where $1::int is null or p.campus_id = $1`,
    only,
  );
  const own = await ownLimits(client, only);
  const points = new Map<number, LoadedPoint>();
  for (const row of rows) {
    const ownLimitW = own.get(row.pointId) ?? null;
    points.set(row.pointId, { ...row, ownLimitW, payers: [], feeders: [], meterIds: [] });
  }
  const payers = await client.query<{
    accountId: number;
    pointId: number;
    fromMs: number;
    toMs: number | null;
  }>(
    `select ap.account_id as "accountId", ap.point_id as "pointId", ${MS('ap.valid_from')} as "fromMs",
            ${MS('ap.valid_to')} as "toMs"
       from account_point ap join account a on a.id = ap.account_id
      where $1::int is null or a.campus_id = $1 order by ap.point_id, ap.valid_from`,
    only,
  );
  for (const { accountId, pointId, fromMs, toMs } of payers.rows) {
    const account = accounts.get(accountId)!;
    if (!account.pointIds.includes(pointId)) account.pointIds.push(pointId);
    points.get(pointId)!.payers.push({
      accountId,
      accountCode: account.code,
      accountKind: account.kind,
      policyCode: account.policyCode,
      fromMs,
      toMs,
    });
  }
  const links = await client.query<{ parentId: number; childId: number; sign: 1 | -1 }>(
    `select l.parent_point_id as "parentId", l.child_point_id as "childId", l.sign
       from feeder_link l join meter_point p on p.id = l.child_point_id
      where l.valid_to is null and ($1::int is null or p.campus_id = $1) order by l.parent_point_id`,
    only,
  );
  for (const { parentId, childId, sign } of links.rows)
    points.get(childId)!.feeders.push({ pointId: parentId, sign });
  return points;
}

async function loadGateways(
  client: Reader,
  only: (number | null)[],
  campuses: ReadonlyMap<number, LoadedCampus>,
): Promise<void> {
  const { rows } = await client.query<{
    gatewayId: number;
    code: string;
    campusId: number;
    spaceId: number | null;
  }>(
    `select id as "gatewayId", code, campus_id as "campusId", space_id as "spaceId" from gateway where ${IN_CAMPUS}`,
    only,
  );
  for (const row of rows) campuses.get(row.campusId)!.gatewayByCode.set(row.code, row);
}

type RawMeter = Omit<
  MeterEntry,
  'profileOptions' | 'resetsToZero' | 'billingChannel' | 'ratePeriods' | 'installs' | 'point' | 'payers'
> & { profileOptions: Record<string, string | number | boolean> | null };

async function loadMeters(
  client: Reader,
  only: (number | null)[],
  points: ReadonlyMap<number, LoadedPoint>,
): Promise<Map<number, MeterEntry>> {
  const installs = await client.query<InstallSpan & { meterId: number }>(
    `select i.meter_id as "meterId", i.point_id as "pointId", ${MS('i.valid_from')} as "fromMs",
            ${MS('i.valid_to')} as "toMs", i.start_micro as "startMicro", i.end_micro as "endMicro"
       from meter_install i join meter m on m.id = i.meter_id
      where $1::int is null or m.campus_id = $1 order by i.valid_from`,
    only,
  );
  const installsOf = new Map<number, InstallSpan[]>();
  for (const { meterId, ...span } of installs.rows) {
    listAt(installsOf, meterId).push(span);
    const { meterIds } = points.get(span.pointId)!;
    if (!meterIds.includes(meterId)) meterIds.push(meterId);
  }
  const { rows } = await client.query<RawMeter>(
    `select m.id as "meterId", m.code, m.campus_id as "campusId", m.utility, m.phases, m.ratio_micro as "ratioMicro",
            m.modulus_micro as "modulusMicro", m.register_decimals as "registerDecimals", m.imax_a as "imaxA",
            m.qmax_m3h as "qmaxM3h", m.interval_s as "intervalS", m.has_relay as "hasRelay", m.gateway_id as "gatewayId",
            g.code as "gatewayCode", m.profile, m.profile_options as "profileOptions", m.retired_at is not null as retired
       from meter m left join gateway g on g.id = m.gateway_id where $1::int is null or m.campus_id = $1`,
    only,
  );
  const meters = new Map<number, MeterEntry>();
  for (const row of rows) {
    const options = row.profileOptions ?? {};
    const spans = installsOf.get(row.meterId) ?? [];
    const newest = spans[spans.length - 1];
    const point = newest ? points.get(newest.pointId)! : null;
    meters.set(row.meterId, {
      ...row,
      profileOptions: options,
      resetsToZero: options.resetsToZero === true,
      billingChannel: billingChannelOf(row.utility, options.billingChannel),
      ratePeriods: ratePeriodsOf(options),
      installs: spans,
      point,
      payers: point?.payers ?? [],
    });
  }
  return meters;
}

/** The price periods that a meter's rate registers t1 to t4 count, by its profile. */
export function ratePeriodsOf(options: Readonly<Record<string, string | number | boolean>>): string[] {
  const periods: string[] = [];
  for (const key of ['rateT1', 'rateT2', 'rateT3', 'rateT4']) {
    const period = options[key];
    if (typeof period !== 'string') break;
    periods.push(period);
  }
  return periods;
}

function listAt<K, V>(lists: Map<K, V[]>, key: K): V[] {
  const known = lists.get(key);
  if (known) return known;
  const made: V[] = [];
  lists.set(key, made);
  return made;
}

function grouped<K, V>(rows: readonly V[], keyOf: (row: V) => K): Map<K, V[]> {
  const groups = new Map<K, V[]>();
  for (const row of rows) listAt(groups, keyOf(row)).push(row);
  return groups;
}
