import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { from as copyFrom } from 'pg-copy-streams';
import type { Database } from '../db/client';
import { ensurePartitions } from '../db/partitions';

/**
 * The yardstick: rows of the same shape into the same table `reading` by binary COPY, 5,000 per transaction, on one
 * connection, durable at commit as the pipeline's are. Nothing is looked up, rated or judged.
 */

const ROWS_PER_COMMIT = 5_000;
/** 2000-01-01, from which Postgres counts. */
const POSTGRES_EPOCH_MS = 946_684_800_000;
const HEADER = Buffer.from('PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0', 'latin1');
const TRAILER = Buffer.from([0xff, 0xff]);
const COLUMNS = 17;
const NULL_LENGTH = -1;
/** Bytes of a row at most: field count, 17 lengths, and the values. */
const ROW_BYTES = 2 + 4 * COLUMNS + 96;
/** Well before any reading of the pipeline: a partition of its own. */
const DAY_BEFORE_MS = 10 * 86_400_000;
const INTERVAL_MS = 10_000;

class RowWriter {
  private readonly buffer = Buffer.allocUnsafe(HEADER.length + ROWS_PER_COMMIT * ROW_BYTES + TRAILER.length);
  private at = 0;

  begin(): void {
    this.at = HEADER.copy(this.buffer);
  }

  end(): Buffer {
    this.at += TRAILER.copy(this.buffer, this.at);
    return this.buffer.subarray(0, this.at);
  }

  row(): void {
    this.at = this.buffer.writeInt16BE(COLUMNS, this.at);
  }

  null(): void {
    this.at = this.buffer.writeInt32BE(NULL_LENGTH, this.at);
  }

  int2(value: number): void {
    this.at = this.buffer.writeInt32BE(2, this.at);
    this.at = this.buffer.writeInt16BE(value, this.at);
  }

  int4(value: number): void {
    this.at = this.buffer.writeInt32BE(4, this.at);
    this.at = this.buffer.writeInt32BE(value, this.at);
  }

  int8(value: bigint): void {
    this.at = this.buffer.writeInt32BE(8, this.at);
    this.at = this.buffer.writeBigInt64BE(value, this.at);
  }

  instant(ms: number): void {
    this.int8(BigInt(ms - POSTGRES_EPOCH_MS) * 1_000n);
  }

  float8(value: number): void {
    this.at = this.buffer.writeInt32BE(8, this.at);
    this.at = this.buffer.writeDoubleBE(value, this.at);
  }
}

/** Copies `rows` rows of `meters` meters; `round` tells runs apart. Returns rows per second. */
export async function rawCopy(
  database: Database,
  nowMs: number,
  meters: number,
  rows: number,
  round: number,
): Promise<number> {
  const day = Math.floor((nowMs - DAY_BEFORE_MS) / 86_400_000) - round;
  await ensurePartitions(database, [day * 86_400_000]);
  const writer = new RowWriter();
  const client = await database.pool.connect();
  try {
    const startedMs = performance.now();
    for (let done = 0; done < rows; done += ROWS_PER_COMMIT) {
      await client.query('begin');
      const sink = client.query(
        copyFrom(
          'copy reading (meter_id, ts, rx_ts, boot, seq, value_micro, quality, ts_source, epoch, quantity_micro, power_w, voltage_v, current_a, power_factor, relay, valve, extra) from stdin (format binary)',
        ),
      );
      await pipeline(Readable.from([chunk(writer, day * 86_400_000, meters, done)]), sink);
      await client.query('commit');
    }
    return (rows / (performance.now() - startedMs)) * 1_000;
  } finally {
    client.release();
  }
}

function chunk(writer: RowWriter, dayMs: number, meters: number, from: number): Buffer {
  writer.begin();
  for (let i = from; i < from + ROWS_PER_COMMIT; i++) {
    const ts = dayMs + Math.floor(i / meters) * INTERVAL_MS;
    writer.row();
    writer.int4((i % meters) + 1);
    writer.instant(ts);
    writer.instant(ts + 40);
    writer.int8(1n);
    writer.int8(BigInt(i));
    writer.int8(BigInt(1_000_000 + i));
    writer.int2(0);
    writer.int2(0);
    writer.int4(1);
    writer.int8(1_000n);
    writer.float8(400 + (i % 500));
    writer.float8(229.4);
    writer.float8(1.9);
    writer.float8(0.99);
    writer.int2(1);
    writer.null();
    writer.null();
  }
  return writer.end();
}
