import { type Database, withTransaction } from '../db/client';
import { actorUserId } from '../db/queries/actorNames';
import { creditPolicyOf } from '../db/queries/storedPolicy';
import {
  commandPlace,
  lockOutgoing,
  type OutgoingCommand,
  outgoingCommands,
  updateCommand,
} from '../db/queries/supply';
import { decideDisconnect } from '../domain/supply/disconnectPolicy';
import { evaluateInterlocks, type SwitchOp } from '../domain/supply/interlocks';
import { isCut, isSwitch, nextSendStep } from '../domain/supply/resend';
import type { SupplyReason } from '../domain/supply/supplyState';
import type { AccountWork } from './accountWork';
import type { EngineContext } from './context';
import { followUp, planAnother } from './followUp';
import { openAccounts } from './openAccounts';
import { currentRegistry, type Registry } from './registry';
import { SupplyDesk } from './supplyDesk';

export type { OutgoingCommand } from '../db/queries/supply';

/** A command may not go out as it stands: the profile or the broker refuses it. `reason` is UPPER_SNAKE. */
export class Unpublishable extends Error {
  constructor(readonly reason: string) {
    super(reason);
  }
}

export type DispatchOutcome = 'SENT' | 'WAITING' | 'DROPPED';

const RESEND_CHECK_MS = 10_000;
const RETRY_AFTER_DROP_MS = 60_000;

/** Commands that may go out now, oldest first. Each is checked again, under lock, by `dispatchCommand`. */
export function dueCommands(
  database: Database,
  ctx: EngineContext,
  limit: number,
): Promise<OutgoingCommand[]> {
  return outgoingCommands(database.pool, ctx.clock.now(), limit);
}

/**
 * Sends one command: policy and interlocks are read again, and `publish` runs while the account's row is locked, so that a
 * top-up either comes first and stops the cut, or comes after and its restore follows on the same connection. `publish`
 * resolves with the broker's acknowledgement; if it rejects, the command stays queued and is tried again under the same id.
 */
export async function dispatchCommand(
  database: Database,
  ctx: EngineContext,
  commandId: string,
  publish: (command: OutgoingCommand) => Promise<void>,
): Promise<DispatchOutcome> {
  const place = await commandPlace(database.pool, commandId);
  if (!place) return 'DROPPED';
  return withTransaction(database, async (tx) => {
    const registry = await currentRegistry(database, tx);
    const point = registry.points.get(place.pointId);
    const accounts = await openAccounts(
      tx,
      registry,
      [...new Set(point?.payers.map((p) => p.accountId))].sort((a, b) => a - b),
    );
    const desk = new SupplyDesk(tx, ctx, registry);
    await desk.open([place.pointId]);
    const command = await lockOutgoing(tx.client, commandId);
    if (!command || command.finishedMs !== null) return 'DROPPED';
    const now = desk.now;
    if (now >= command.expiresMs) {
      if (await desk.step(command, 'EXPIRE', 'engine', {}, { resultCode: 'EXPIRED' }))
        await followUp(desk, command);
      await desk.flush();
      return 'DROPPED';
    }
    if (command.state === 'QUEUED' && command.notBeforeMs > now) return 'WAITING';
    if (command.state !== 'QUEUED') {
      const step = nextSendStep(
        {
          state: command.state,
          op: command.op,
          origin: command.automatic ? 'AUTOMATIC' : 'OPERATOR',
          firstSentAt: command.issuedMs,
          sends: command.sends,
          expiresAt: command.expiresMs,
          meterChecksExpiry: command.profile === 'native',
        },
        now,
      );
      if (step.step !== 'RESEND') {
        // Not before that instant, so that waiting commands don't crowd the list of those that are due.
        await updateCommand(tx.client, {
          ...command,
          dueMs: step.step === 'WAIT' ? step.until : command.expiresMs,
        });
        return 'WAITING';
      }
    }
    const actorId = await actorUserId(tx, command.actor);
    const bar = barOf(desk, registry, accounts.all(), command, actorId);
    if (bar) {
      await desk.step(command, bar.event, 'engine', { reason: bar.reason }, { resultCode: bar.reason });
      if (bar.clears) desk.clearReason(command.pointId, 'ARREARS');
      else if (command.automatic || isCut(command.op))
        desk.touch(command.pointId).retryDueMs = now + RETRY_AFTER_DROP_MS;
      await desk.flush();
      return 'DROPPED';
    }
    command.issuedMs ??= now;
    try {
      await publish(command);
    } catch (error) {
      if (!(error instanceof Unpublishable)) throw error;
      await desk.step(command, 'CANCEL', 'bridge', { reason: error.reason }, { resultCode: error.reason });
      if (isSwitch(command.op)) planAnother(desk, command);
      await desk.flush();
      return 'DROPPED';
    }
    const resent = command.state !== 'QUEUED';
    await desk.step(
      command,
      resent ? 'RESEND' : 'PUBLISH',
      'broker',
      {},
      {
        issuedMs: command.issuedMs,
        sentMs: ctx.clock.now(),
        sends: command.sends + 1,
        dueMs: Math.min(now + RESEND_CHECK_MS, command.expiresMs),
      },
    );
    await desk.flush();
    return 'SENT';
  });
}

interface Bar {
  readonly event: 'SUPERSEDE' | 'CANCEL';
  readonly reason: string;
  /** The reason behind the cut is gone. */
  readonly clears: boolean;
}

/** What stands against the send now that was not there when the command was made. */
function barOf(
  desk: SupplyDesk,
  registry: Registry,
  accounts: readonly AccountWork[],
  command: OutgoingCommand,
  actorId: string | null,
): Bar | null {
  if (!isSwitch(command.op)) return null;
  if (isCut(command.op) && command.cause === 'ARREARS') {
    const reason = creditBar(desk, registry, accounts, command);
    if (reason) return { event: 'SUPERSEDE', reason, clears: reason === 'CREDIT_LEFT' };
  }
  const row = desk.row(command.pointId);
  const wantsOff = Object.keys(row.reasons).length > 0;
  if (isCut(command.op) !== wantsOff)
    return { event: 'SUPERSEDE', reason: 'NO_LONGER_WANTED', clears: false };
  const verdict = evaluateInterlocks(
    {
      op: command.op as SwitchOp,
      origin: command.automatic ? 'AUTOMATIC' : 'OPERATOR',
      reason: command.cause as SupplyReason,
      actorId,
      mappingConfirmed: true,
    },
    // A reservation keeps people apart while they ask; what was asked goes out whoever opens the panel next.
    { ...desk.interlockContext(command.pointId, null), controlLease: null },
    desk.now,
  );
  return verdict.verdict === 'REFUSED' ? { event: 'CANCEL', reason: verdict.reason, clears: false } : null;
}

function creditBar(
  desk: SupplyDesk,
  registry: Registry,
  accounts: readonly AccountWork[],
  command: OutgoingCommand,
): string | null {
  const point = registry.points.get(command.pointId)!;
  const payer = point.payers.find((p) => p.fromMs <= desk.now && (p.toMs === null || p.toMs > desk.now));
  const account = accounts.find((a) => a.row.id === payer?.accountId);
  if (!account) return 'NO_ACCOUNT';
  const campus = registry.campuses.get(account.row.campusId)!;
  const policy = campus.policies.get(account.row.policyCode) ?? creditPolicyOf({});
  const context = desk.context(point.pointId);
  const decision = decideDisconnect(
    {
      utility: point.utility,
      protection: point.protection,
      safetyCause: false,
      lockedOut: desk.row(point.pointId).tags.length > 0,
      standing: {
        availableMicro: account.available(),
        arrearsMicro: account.credit.buckets.arrearsMicro,
        disputedMicro: 0n,
        recoveryPlan: null,
      },
      entitlementLeft: false,
      eligibleSince: account.row.eligibleMs,
      lastNoticeAt: account.row.finalNoticeMs,
      grace: null,
      lastReadingAt: context.lastReadingMs,
      intervalMs: context.intervalMs,
      ingestGap: context.outage,
      trickleCapable: false,
    },
    policy.disconnect,
    campus.zone,
    desk.now,
  );
  return decision.act === 'DISCONNECT' ? null : decision.rule;
}
