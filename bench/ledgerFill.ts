import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { from as copyFrom } from 'pg-copy-streams';
import type { Database } from '../db/client';
import { ensurePartitionRange } from '../db/partitions';
import { systemPots } from '../db/queries/ledger';
import { chargeLinesHash } from '../domain/credit/chargeLines';
import { entryHash, txHash } from '../domain/credit/hashChain';
import type { Sha256 } from '../domain/credit/sha256';
import { nodeSha256 } from '../engine/context';

/** Few enough that the next rows are hashed while these are on their way, many enough that a commit costs nothing. */
const TXS_PER_COPY = 5_000;
/** A quarter hour: each room is charged once in it. */
const WINDOW_MS = 900_000;
/** Use of a room in one window, µkWh. */
const QUANTITY_MICRO = 31_000n;
const FROM_MS = Date.parse('2025-09-01T00:00:00+08:00');
const CAMPUS_OFFSET_MS = 8 * 3_600_000;
const DAY_MS = 86_400_000;

/** A room while its books are filled. */
interface Room {
  accountId: number;
  accountCode: string;
  pointId: number;
  meterId: number;
  meterCode: string;
  streamId: number;
  cashId: number;
  seq: bigint;
  balance: bigint;
  head: string;
  register: bigint;
  numerator: bigint;
  posted: bigint;
}

/** Texts that were hashed for the ledger: how many bytes of them (ASCII), and the newest ones. */
export interface HashedTexts {
  bytes: number;
  readonly newest: string[];
}

/** As many as a few windows of a few rooms have: enough for their lengths to be true. */
const KEPT_TEXTS = 3_000;

/** Fills the books of imported rooms with charges as the engine books them, by COPY: the same rows, hashes and readings. */
export class LedgerFiller {
  readonly hashed: HashedTexts = { bytes: 0, newest: [] };
  private texts = 0;
  private window = 0;
  private txId: bigint;
  /** The platform's hash, which notes what it was given. */
  private readonly sha256: Sha256 = Object.assign((bytes: Uint8Array) => nodeSha256(bytes), {
    hex: (text: string): string => {
      const { hashed } = this;
      hashed.bytes += text.length;
      hashed.newest[this.texts++ % KEPT_TEXTS] = text;
      return nodeSha256.hex!(text);
    },
  });

  private constructor(
    private readonly database: Database,
    private readonly campusId: number,
    private readonly versionId: number,
    private readonly revenueId: number,
    private readonly rooms: Room[],
    firstTxId: bigint,
  ) {
    this.txId = firstTxId;
  }

  static async open(database: Database): Promise<LedgerFiller> {
    const client = await database.pool.connect();
    try {
      const { rows: campus } = await client.query<{ id: number }>('select id from campus');
      const campusId = campus[0]!.id;
      const revenue = await systemPots(client, campusId, 'CNY', ['rev:electricity']);
      const { rows: version } = await client.query<{ id: number }>('select id from tariff_version');
      await client.query(`insert into stream (account_id, point_id, register)
        select account_id, point_id, 'EA' from account_point on conflict do nothing`);
      const { rows } = await client.query<Omit<Room, 'register' | 'numerator' | 'posted'>>(
        `select a.id as "accountId", a.code as "accountCode", s.point_id as "pointId", m.id as "meterId", m.code as "meterCode",
                s.id as "streamId", l.id as "cashId", l.account_seq as seq, l.balance_micro as balance,
                encode(l.head_hash, 'hex') as head
           from account a join stream s on s.account_id = a.id
           join meter_install i on i.point_id = s.point_id join meter m on m.id = i.meter_id
           join ledger_account l on l.account_id = a.id and l.bucket = 'CASH' order by a.id`,
      );
      const { rows: newest } = await client.query<{ id: bigint }>('select max(id) as id from ledger_tx');
      const rooms = rows.map((row) => ({ ...row, register: 100_000_000n, numerator: 0n, posted: 0n }));
      const filler = new LedgerFiller(
        database,
        campusId,
        version[0]!.id,
        revenue.get('rev:electricity')!,
        rooms,
        newest[0]!.id,
      );
      await ensurePartitionRange(database, FROM_MS, FROM_MS + DAY_MS);
      await filler.copy('reading (meter_id, ts, rx_ts, value_micro)', filler.baselines());
      return filler;
    } finally {
      client.release();
    }
  }

  /** Books windows until the ledger holds about `entries` entries. */
  async fillTo(entries: number): Promise<void> {
    const windows = Math.ceil(entries / (2 * this.rooms.length));
    const perCopy = Math.max(1, Math.floor(TXS_PER_COPY / this.rooms.length));
    await ensurePartitionRange(this.database, FROM_MS, FROM_MS + windows * WINDOW_MS);
    let writing: Promise<unknown> = Promise.resolve();
    while (this.window < windows) {
      const rows = this.book(Math.min(windows, this.window + perCopy));
      await writing;
      // The database writes while the next rows are hashed.
      writing = this.write(rows);
      writing.catch(() => undefined);
    }
    await writing;
    await this.settle();
  }

  private write(rows: ReturnType<LedgerFiller['book']>): Promise<unknown> {
    return Promise.all([
      this.copy('ledger_tx (id, campus_id, key, kind, t_ms, currency, lines_hash, tx_hash)', rows.txs),
      this.copy(
        'ledger_entry (tx_id, n, ledger_account_id, amount_micro, account_seq, balance_after_micro, entry_hash)',
        rows.entries,
      ),
      this.copy(
        `charge (campus_id, stream_id, account_id, point_id, meter_id, register, epoch, t0_ms, t1_ms, rev, start_micro,
          end_micro, quantity_micro, numerator_pico, amount_micro, tariff_version_id, accrued_micro, carry_pico, lines, tx_id, posted_ms)`,
        rows.charges,
      ),
      this.copy('reading (meter_id, ts, rx_ts, value_micro, quantity_micro)', rows.readings),
    ]);
  }

  private *baselines(): Generator<string> {
    const at = new Date(FROM_MS).toISOString();
    for (const room of this.rooms) yield `${room.meterId}\t${at}\t${at}\t${room.register}\n`;
  }

  private book(upTo: number) {
    const txs: string[] = [];
    const entries: string[] = [];
    const charges: string[] = [];
    const readings: string[] = [];
    for (; this.window < upTo; this.window++) {
      const t0 = FROM_MS + this.window * WINDOW_MS;
      const t1 = t0 + WINDOW_MS;
      const at = new Date(t1).toISOString();
      const { period, price } = priceAt(t0);
      for (const room of this.rooms) {
        const id = ++this.txId;
        const numerator = QUANTITY_MICRO * price;
        const carry = room.numerator - room.posted * 1_000_000n;
        const amount = (carry + numerator) / 1_000_000n;
        const lines = [
          {
            period,
            tier: '1',
            q_u: QUANTITY_MICRO.toString(),
            price_u: price.toString(),
            amount_n: numerator.toString(),
            payer: 'CUSTOMER',
            estimated: false,
          },
        ];
        const linesHash = chargeLinesHash(lines, this.sha256);
        const key = `charge:${room.meterCode}:1:${t0}:${t1}:0`;
        const pot = `cust:${room.accountCode}:cash` as const;
        const hash = txHash(
          {
            id: id.toString(),
            key,
            kind: 'charge',
            at: t1,
            ccy: 'CNY',
            postings: [{ s: pot, d: 'rev:electricity', a: amount, ccy: 'CNY' }],
            lines: linesHash,
          },
          this.sha256,
        );
        room.seq += 1n;
        room.balance -= amount;
        room.head = entryHash(
          {
            prevHash: room.head,
            acctSeq: room.seq,
            txHash: hash,
            amountMicro: -amount,
            balanceAfterMicro: room.balance,
          },
          this.sha256,
        );
        txs.push(`${id}\t${this.campusId}\t${key}\tcharge\t${t1}\tCNY\t\\\\x${linesHash}\t\\\\x${hash}\n`);
        entries.push(
          `${id}\t0\t${room.cashId}\t${-amount}\t${room.seq}\t${room.balance}\t\\\\x${room.head}\n`,
          `${id}\t1\t${this.revenueId}\t${amount}\t\\N\t\\N\t\\N\n`,
        );
        const end = room.register + QUANTITY_MICRO;
        charges.push(
          [
            ...[this.campusId, room.streamId, room.accountId, room.pointId, room.meterId, 'EA', 1, t0, t1, 0],
            ...[room.register, end, QUANTITY_MICRO, numerator, amount, this.versionId, 0, carry],
            ...[JSON.stringify(lines), id, t1],
          ].join('\t'),
          '\n',
        );
        readings.push(`${room.meterId}\t${at}\t${at}\t${end}\t${QUANTITY_MICRO}\n`);
        room.register = end;
        room.numerator += numerator;
        room.posted += amount;
      }
    }
    return { txs, entries, charges, readings };
  }

  /** Brings the stored heads, streams and tier accruals to where the books stand. */
  private async settle(): Promise<void> {
    const { pool } = this.database;
    await pool.query(
      `update ledger_account l set balance_micro = u.balance, account_seq = u.seq, head_hash = decode(u.head, 'hex')
         from unnest($1::int4[], $2::int8[], $3::int8[], $4::text[]) as u(id, balance, seq, head) where l.id = u.id`,
      [
        this.rooms.map((r) => r.cashId),
        this.rooms.map((r) => r.balance),
        this.rooms.map((r) => r.seq),
        this.rooms.map((r) => r.head),
      ],
    );
    await pool.query(
      `update stream s set numerator_pico = u.numerator, posted_micro = u.posted
         from unnest($1::int4[], $2::numeric[], $3::int8[]) as u(id, numerator, posted) where s.id = u.id`,
      [
        this.rooms.map((r) => r.streamId),
        this.rooms.map((r) => r.numerator.toString()),
        this.rooms.map((r) => r.posted),
      ],
    );
    await pool.query(
      `insert into accrual (account_id, utility, period_ms, quantity_micro, upto_ms)
       select account_id, 'ELECTRICITY', (extract(epoch from date_trunc('month', to_timestamp(t0_ms / 1000.0)
                at time zone 'Asia/Shanghai') at time zone 'Asia/Shanghai') * 1000)::int8, sum(quantity_micro), max(t1_ms)
         from charge group by 1, 3
       on conflict (account_id, utility, period_ms) do update set quantity_micro = excluded.quantity_micro`,
    );
    await pool.query(`select setval('ledger_tx_id', $1)`, [this.txId]);
    await pool.query('analyze');
  }

  private async copy(into: string, rows: Iterable<string>): Promise<void> {
    const client = await this.database.pool.connect();
    try {
      // What is measured afterwards is reading; a crash of the filling would only mean to fill again.
      await client.query('set synchronous_commit = off');
      await pipeline(Readable.from(joined(rows)), client.query(copyFrom(`copy ${into} from stdin`)));
    } finally {
      client.release();
    }
  }
}

/** Lines in pieces that a socket takes at once. */
function* joined(lines: Iterable<string>): Generator<string> {
  let piece = '';
  for (const line of lines) {
    piece += line;
    if (piece.length < PIECE_CHARS) continue;
    yield piece;
    piece = '';
  }
  if (piece !== '') yield piece;
}

const PIECE_CHARS = 1 << 16;

const PRICES = { VALLEY: 268_300n, FLAT: 528_300n, PEAK: 843_200n } as const;

/** The period of the bench's tariff at an instant, and its price. */
function priceAt(ms: number): { period: keyof typeof PRICES; price: bigint } {
  const minute = Math.floor(((ms + CAMPUS_OFFSET_MS) % DAY_MS) / 60_000);
  const within = (from: number, to: number) => minute >= from * 60 && minute < to * 60;
  const period =
    within(0, 7) || within(23, 24)
      ? 'VALLEY'
      : within(8.5, 11.5) || within(14.5, 17.5) || within(19, 21)
        ? 'PEAK'
        : 'FLAT';
  return { period, price: PRICES[period] };
}
