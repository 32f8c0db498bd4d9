import type { Database } from '../db/client';
import { actorUserId } from '../db/queries/actorNames';
import {
  lockOutgoing,
  noteAttempt,
  type OutgoingCommand,
  outgoingCommands,
  updateCommand,
} from '../db/queries/supply';
import { evaluateInterlocks, type SwitchOp } from '../domain/supply/interlocks';
import { COMMAND_LIFE_MS, isCut, isSwitch, nextSendStep } from '../domain/supply/resend';
import type { SupplyReason } from '../domain/supply/supplyState';
import type { AccountWork } from './accountWork';
import type { EngineContext } from './context';
import { creditDecision, payerOf } from './creditFacts';
import { followUp, planAnother, releaseUnsent } from './followUp';
import { raiseUnproven } from './observeSupply';
import { openAccounts } from './openAccounts';
import { type Registry, withRegistry } from './registry';
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

/** Commands that may go out now, oldest first. Each is checked again, under lock, by `dispatchCommand`. */
export function dueCommands(
  database: Database,
  ctx: EngineContext,
  limit: number,
): Promise<OutgoingCommand[]> {
  return outgoingCommands(database.pool, ctx.clock.now(), limit);
}

/**
 * Sends one command: policy and interlocks are read again, and `publish` runs while the point (for a cut for credit the
 * account too) is locked, so that a top-up either comes first and stops the cut, or comes after and its restore follows on
 * the same connection. `publish` resolves with the broker's acknowledgement; if it rejects, the command stays queued and is
 * tried again under the same id. The attempt itself is committed before: a publish whose answer was lost, and a commit that
 * failed after it, leave a command that may be out, and whoever takes it back sends the opposite after it.
 */
export async function dispatchCommand(
  database: Database,
  ctx: EngineContext,
  commandId: string,
  publish: (command: OutgoingCommand) => Promise<void>,
): Promise<DispatchOutcome> {
  const noted = await noteAttempt(database.pool, commandId, ctx.clock.now());
  if (!noted) return 'DROPPED';
  const { place, attempt } = noted;
  return withRegistry(database, async (tx, registry) => {
    // Only a cut for credit asks for the money; all else is kept in order by the point's lock.
    const payers = isCreditCut(place) ? registry.points.get(place.pointId)?.payers : [];
    const accounts = await openAccounts(
      tx,
      registry,
      [...new Set(payers?.map((p) => p.accountId))].sort((a, b) => a - b),
    );
    const desk = new SupplyDesk(tx, ctx, registry);
    await desk.open([place.pointId]);
    const command = await lockOutgoing(tx.client, commandId);
    if (!command || command.finishedMs !== null) return 'DROPPED';
    const now = desk.now;
    /** Nothing has gone out yet, whatever was written down a moment ago. */
    const unsent = attempt?.first === true && command.state === 'QUEUED';
    const notSent = unsent ? { issuedMs: null } : {};
    if (now >= command.expiresMs) {
      if (await desk.step(command, 'EXPIRE', 'engine', {}, { ...notSent, resultCode: 'EXPIRED' }))
        await followUp(desk, command);
      await desk.flush();
      return 'DROPPED';
    }
    if (command.state === 'QUEUED' && (attempt === null || command.notBeforeMs > now)) return 'WAITING';
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
    if (bar?.event === 'POSTPONE') {
      const postponed = {
        notBeforeMs: bar.untilMs,
        expiresMs: bar.untilMs + COMMAND_LIFE_MS,
        dueMs: bar.untilMs + COMMAND_LIFE_MS,
      };
      await updateCommand(tx.client, { ...command, ...notSent, ...postponed });
      return 'WAITING';
    }
    if (bar) {
      await desk.step(
        command,
        bar.event,
        'engine',
        { reason: bar.reason },
        { ...notSent, resultCode: bar.reason },
      );
      // A cut that may be out keeps its reason: if the relay opens, it says why, and the policy brings it back.
      if (bar.clears && unsent) {
        desk.clearReason(command.pointId, 'ARREARS');
        // Another reason to be off had waited behind this cut.
        if (Object.keys(desk.row(command.pointId).reasons).length > 0)
          desk.touch(command.pointId).retryDueMs = now;
      } else if (unsent && releaseUnsent(desk, command)) {
        // The job's matrix tells of it; a job does not wake up an hour later.
      } else if (isCut(command.op) || (command.automatic && isSwitch(command.op)))
        desk.refuse(command.pointId, bar.reason, bar.reviewAt ?? now);
      await desk.flush();
      return 'DROPPED';
    }
    try {
      await publish(command);
    } catch (error) {
      if (!(error instanceof Unpublishable)) throw error;
      await desk.step(
        command,
        'CANCEL',
        'bridge',
        { reason: error.reason },
        { ...notSent, resultCode: error.reason },
      );
      if (isSwitch(command.op)) {
        await raiseUnproven(desk, command);
        planAnother(desk, command);
      }
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
        sentMs: ctx.clock.now(),
        sends: command.sends + 1,
        dueMs: Math.min(now + RESEND_CHECK_MS, command.expiresMs),
      },
    );
    await desk.flush();
    return 'SENT';
  });
}

function isCreditCut({ op, cause }: Pick<OutgoingCommand, 'op' | 'cause'>): boolean {
  return isCut(op) && cause === 'ARREARS';
}

type Bar =
  | {
      readonly event: 'SUPERSEDE' | 'CANCEL';
      readonly reason: string;
      /** The reason behind the cut is gone. */
      readonly clears: boolean;
      /** When time alone may end the bar, ms UTC; null: not known. */
      readonly reviewAt?: number | null;
    }
  | { readonly event: 'POSTPONE'; readonly untilMs: number };

/** What stands against the send now that was not there when the command was made. */
function barOf(
  desk: SupplyDesk,
  registry: Registry,
  accounts: readonly AccountWork[],
  command: OutgoingCommand,
  actorId: string | null,
): Bar | null {
  if (!isSwitch(command.op)) return barOfOther(desk, command);
  if (isCreditCut(command)) {
    const bar = creditBar(desk, registry, accounts, command);
    if (bar)
      return {
        event: 'SUPERSEDE',
        reason: bar.rule,
        clears: bar.rule === 'CREDIT_LEFT',
        reviewAt: bar.reviewAt,
      };
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
    },
    // A reservation keeps people apart while they ask; what was asked goes out whoever opens the panel next.
    { ...desk.interlockContext(command.pointId, null), controlLease: null },
    desk.now,
  );
  if (verdict.verdict === 'REFUSED') return { event: 'CANCEL', reason: verdict.reason, clears: false };
  // The relay moved after the command was made: its least time off or on holds all the same.
  return verdict.verdict === 'WAIT' && command.state === 'QUEUED'
    ? { event: 'POSTPONE', untilMs: verdict.until }
    : null;
}

/** What asks or sets something waits for no interlock, but goes to no meter that is away, and limits nothing that must not go dark. */
function barOfOther(desk: SupplyDesk, command: OutgoingCommand): Bar | null {
  const { protection, meterOnline } = desk.interlockContext(command.pointId, null);
  const cancelled = (reason: string): Bar => ({ event: 'CANCEL', reason, clears: false });
  if (command.op === 'set_limit' && protection === 'LIFE_SAFETY') return cancelled('LIFE_SAFETY');
  return meterOnline ? null : cancelled('OFFLINE');
}

/** The decision that bars a cut for credit now; null where it may go out, or where nobody pays any more. */
function creditBar(
  desk: SupplyDesk,
  registry: Registry,
  accounts: readonly AccountWork[],
  command: OutgoingCommand,
): { readonly rule: string; readonly reviewAt: number | null } | null {
  const point = registry.points.get(command.pointId)!;
  const account = accounts.find((a) => a.row.id === payerOf(point, desk.now)?.accountId);
  if (!account) return { rule: 'NO_ACCOUNT', reviewAt: null };
  const decision = creditDecision(desk, account, point, desk.now);
  return decision.act === 'DISCONNECT' ? null : decision;
}
