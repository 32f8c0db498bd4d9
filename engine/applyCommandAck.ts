import { type Database, withTransaction } from '../db/client';
import { insertQuarantine } from '../db/queries/quarantine';
import { commandPlace, lockOutgoing } from '../db/queries/supply';
import { noteTopUpLatency } from '../db/queries/supplyContext';
import { type AckStatus, eventOfAck } from '../domain/supply/commandMachine';
import { proofWindowMs } from '../domain/supply/proof';
import type { EngineContext } from './context';
import { followUp } from './followUp';
import { currentRegistry } from './registry';
import { SupplyDesk } from './supplyDesk';

/** Beyond this, a meter's time says nothing about when something happened. */
const CLOCK_TRUSTED_MS = 120_000;

/** A meter's answer, as the bridge received it. */
export interface CommandAck {
  readonly site: string;
  readonly senderCode: string;
  readonly commandId: string;
  readonly meterCode: string | null;
  readonly state: AckStatus;
  readonly code: string;
  readonly tsMs: number | null;
  readonly rxMs: number;
  readonly observed: object;
}

/**
 * Moves a command by its meter's answer. EXECUTED is the meter's word, not proof: a later reading proves it. An answer to an
 * unknown command, or from a sender that does not carry the meter, goes to quarantine and moves nothing.
 */
export async function applyCommandAck(
  database: Database,
  ctx: EngineContext,
  ack: CommandAck,
): Promise<{ awaitsProof: boolean }> {
  const place = await commandPlace(database.pool, ack.commandId);
  if (!place) {
    await refuse(database, ack, 'UNKNOWN_COMMAND', '/cmd');
    return { awaitsProof: false };
  }
  return withTransaction(database, async (tx) => {
    const registry = await currentRegistry(database, tx);
    const desk = new SupplyDesk(tx, ctx, registry);
    await desk.open([place.pointId]);
    const command = await lockOutgoing(tx.client, ack.commandId);
    if (!command) return { awaitsProof: false };
    if (command.site !== ack.site || command.nodeCode !== ack.senderCode) {
      await refuse(database, ack, 'FOREIGN_ACK', '/cmd');
      return { awaitsProof: false };
    }
    const event = eventOfAck(ack.state, ack.code);
    const meter = registry.meters.get(command.meterId);
    const windowMs = proofWindowMs(command.op, (meter?.intervalS ?? 60) * 1000);
    const executes = event === 'ACK_DONE' || event === 'ACK_DUP';
    const now = desk.now;
    const moved = await desk.step(
      command,
      event,
      `meter:${command.meterCode}`,
      { state: ack.state, code: ack.code, observed: ack.observed, deviceMs: ack.tsMs },
      {
        resultCode: ack.code || command.resultCode,
        ...(event === 'ACK_ACCEPTED' ? { acceptedMs: now } : {}),
        ...(executes ? { executedMs: executedAt(ack.tsMs, now), dueMs: now + windowMs } : {}),
      },
    );
    if (moved && executes && command.op === 'connect' && command.originId)
      await noteTopUpLatency(tx.client, command.originId, { acknowledgedMs: now });
    if (moved) await followUp(desk, command);
    await desk.flush();
    return { awaitsProof: moved && executes };
  });
}

/**
 * When the meter switched, on the clock by which its readings are compared: its own where that is about right, else ours. A
 * meter whose clock was never set would otherwise prove a command by what it measured long before.
 */
function executedAt(deviceMs: number | null, now: number): number {
  return deviceMs !== null && Math.abs(now - deviceMs) <= CLOCK_TRUSTED_MS ? Math.min(now, deviceMs) : now;
}

async function refuse(database: Database, ack: CommandAck, reason: string, field: string): Promise<void> {
  await insertQuarantine(database.pool, [
    {
      campusId: null,
      meterId: null,
      meterCode: ack.meterCode,
      gatewayCode: ack.senderCode,
      topic: null,
      tsMs: ack.tsMs,
      rxMs: ack.rxMs,
      reason,
      field,
      detail: `Answer to command ${ack.commandId} from ${ack.senderCode} at ${ack.site}.`,
      payload: JSON.stringify(ack),
    },
  ]);
}
