import type { Tx } from '../db/client';
import {
  type CommandRow,
  lockSupply,
  type StoredReasons,
  type SupplyRow,
  updateSupply,
} from '../db/queries/supply';
import { type PointContext, pointContexts } from '../db/queries/supplyContext';
import type { CommandEvent } from '../domain/supply/commandMachine';
import {
  evaluateInterlocks,
  type InterlockContext,
  type InterlockVerdict,
  type SwitchOp,
} from '../domain/supply/interlocks';
import { outweighs } from '../domain/supply/reconnectPolicy';
import { type CommandOrigin, isCut, isSwitch } from '../domain/supply/resend';
import {
  desiredSupply,
  type ReasonCause,
  type SupplyReason,
  supplyDifference,
} from '../domain/supply/supplyState';
import type { EngineContext } from './context';
import type { PointEntry, Registry } from './registry';
import { SupplyCommands, type SwitchAsk } from './supplyCommands';
import { tellHeldRestore } from './tellHeldRestore';

export type SwitchOutcome =
  | { readonly kind: 'NONE' }
  | { readonly kind: 'QUEUED'; readonly commandId: string; readonly waitUntilMs: number | null }
  | { readonly kind: 'LIVE'; readonly commandId: string }
  | { readonly kind: 'REFUSED'; readonly verdict: Extract<InterlockVerdict, { verdict: 'REFUSED' }> };

/** A refused switching is tried again no earlier than this: most refusals pass, and no fact that ends one announces itself. */
export const RETRY_REFUSED_MS = 60_000;

/** Refusals that no time and no fact ends: a person opens a gas valve, by hand. */
const FOR_GOOD: ReadonlySet<string> = new Set(['GAS_NEVER_OPENED']);

/**
 * The supply of points inside one transaction: their reasons and observations under lock, their live commands, and the only
 * way to queue a command. Commands are attempts to close the difference between wanted and observed; nothing else makes one.
 */
export class SupplyDesk {
  readonly now: number;
  private readonly rows = new Map<number, SupplyRow>();
  private readonly contexts = new Map<number, PointContext>();
  private readonly dirty = new Set<number>();
  private readonly commands: SupplyCommands;

  constructor(
    readonly tx: Tx,
    ctx: EngineContext,
    readonly registry: Registry,
  ) {
    this.now = ctx.clock.now();
    this.commands = new SupplyCommands(tx, this.now);
  }

  /** Ids of the commands that were made here. */
  get queuedIds(): string[] {
    return this.commands.queuedIds;
  }

  /** Locks points in id order and loads what switching them needs. Open all that you need at once. */
  async open(pointIds: Iterable<number>): Promise<void> {
    const ids = [...new Set(pointIds)].filter((id) => !this.rows.has(id)).sort((a, b) => a - b);
    if (ids.length === 0) return;
    for (const [id, row] of await lockSupply(this.tx.client, ids)) this.rows.set(id, row);
    await this.commands.open(ids);
    for (const [id, context] of await pointContexts(this.tx.client, ids, this.now))
      this.contexts.set(id, context);
  }

  row(pointId: number): SupplyRow {
    const row = this.rows.get(pointId);
    if (!row) throw new Error(`point ${pointId} is not open at this desk`);
    return row;
  }

  context(pointId: number): PointContext {
    return this.contexts.get(pointId)!;
  }

  point(pointId: number): PointEntry {
    return this.registry.points.get(pointId)!;
  }

  touch(pointId: number): SupplyRow {
    this.dirty.add(pointId);
    return this.row(pointId);
  }

  liveCommands(pointId: number): readonly CommandRow[] {
    return this.commands.of(pointId);
  }

  liveSwitch(pointId: number): CommandRow | null {
    return this.liveCommands(pointId).find((c) => isSwitch(c.op)) ?? null;
  }

  holds(pointId: number, reason: SupplyReason): boolean {
    return this.row(pointId).reasons[reason] !== undefined;
  }

  /** A trip that is held already gives way to a graver one only, and what staff alone may clear stays so. */
  addReason(
    pointId: number,
    reason: SupplyReason,
    by: string,
    detail: {
      cause?: ReasonCause;
      note?: string;
      accountId?: number;
      staffOnly?: boolean;
      alarmId?: number;
    } = {},
  ): void {
    const row = this.row(pointId);
    const held = row.reasons[reason];
    const sameTrip = held?.alarmId === detail.alarmId && !held?.refuted;
    if (held && held.cause === detail.cause && sameTrip && (held.staffOnly || !detail.staffOnly)) return;
    const { alarmId, ...facts } = detail;
    // What two alarms tripped is not given back because one of them was wrong.
    const linked = alarmId !== undefined && (!held || sameTrip) ? { alarmId } : {};
    const added = { sinceMs: this.now, by, ...facts, ...linked };
    const kept = held && outweighs(causeOf(held), causeOf(detail)) ? held : added;
    const staffOnly = held?.staffOnly === true || detail.staffOnly === true;
    row.reasons = { ...row.reasons, [reason]: staffOnly ? { ...kept, staffOnly } : kept };
    this.dirty.add(pointId);
  }

  /** Says anew whose credit or which rule a held reason stands for; since when it is held stays. */
  restateReason(pointId: number, reason: SupplyReason, anew: { note: string; accountId: number }): void {
    const row = this.row(pointId);
    const { sinceMs, by } = row.reasons[reason]!;
    row.reasons = { ...row.reasons, [reason]: { sinceMs, by, ...anew } };
    this.dirty.add(pointId);
  }

  /** Whether staff found the alarm to be wrong that alone tripped a point; of another trip nothing is said. */
  refute(pointId: number, alarmId: number, refuted: boolean): void {
    const row = this.row(pointId);
    const held = row.reasons.SAFETY;
    if (held?.alarmId !== alarmId) return;
    row.reasons = { ...row.reasons, SAFETY: { ...held, refuted } };
    this.dirty.add(pointId);
  }

  /** Puts back reasons that were cleared for a command which is taken back. */
  restoreReasons(pointId: number, reasons: StoredReasons): void {
    const row = this.touch(pointId);
    row.reasons = { ...reasons, ...row.reasons };
  }

  clearReason(pointId: number, reason: SupplyReason): void {
    const row = this.row(pointId);
    if (!row.reasons[reason]) return;
    row.refusal = null;
    const { [reason]: _gone, ...rest } = row.reasons;
    row.reasons = rest;
    row.attempts = 0;
    this.dirty.add(pointId);
  }

  /** Compares wanted with observed and queues the command that closes the difference, if one is due and allowed. */
  async reconcile(pointId: number, ask: SwitchAsk): Promise<SwitchOutcome> {
    const row = this.row(pointId);
    const point = this.point(pointId);
    const reasons = this.reasonsOf(row, ask.origin);
    const wantsOff = desiredSupply(reasons) === 'DISCONNECTED';
    const live = this.liveSwitch(pointId);
    const contradicted = live !== null && isCut(live.op) !== wantsOff;
    const difference = supplyDifference(reasons, { position: row.observed, measuredAt: row.observedMs });
    // A cut that is on its way makes a restore due although the relay still reads closed.
    const due =
      difference !== null ||
      (contradicted && live.issuedMs !== null) ||
      (wantsOff && ask.evenIfOpen === true);
    if (!due) {
      if (contradicted) await this.step(live, 'SUPERSEDE', ask.actor, { by: ask.why });
      if (row.retryDueMs !== null || row.refusal !== null) {
        this.touch(pointId).retryDueMs = null;
        row.refusal = null;
      }
      return { kind: 'NONE' };
    }
    if (this.context(pointId).meterId === null) {
      this.refuse(pointId, 'NO_METER', this.now + RETRY_REFUSED_MS);
      return { kind: 'NONE' };
    }
    const op = switchOp(point, wantsOff);
    const verdict = this.verdictOn(pointId, wantsOff, ask);
    switch (verdict.verdict) {
      case 'ALREADY_LIVE':
        return { kind: 'LIVE', commandId: verdict.commandId };
      case 'REFUSED':
        if (contradicted && live.issuedMs === null)
          await this.step(live, 'SUPERSEDE', ask.actor, { by: ask.why });
        if (!wantsOff && ask.origin === 'AUTOMATIC') await this.tellIfHeld(row, point, verdict);
        this.refuse(pointId, verdict.reason, this.now + RETRY_REFUSED_MS);
        return { kind: 'REFUSED', verdict };
      case 'WAIT':
        if (contradicted) await this.step(live, 'SUPERSEDE', ask.actor, { by: ask.why });
        return this.queue(pointId, op, ask, verdict.until);
      case 'ALLOWED':
        if (live && verdict.supersedes) await this.step(live, 'SUPERSEDE', ask.actor, { by: ask.why });
        return this.queue(pointId, op, ask, null);
    }
  }

  /** What the interlocks say now of switching a point off, or on. */
  verdictOn(pointId: number, off: boolean, { origin, reason, actorId }: SwitchAsk): InterlockVerdict {
    return evaluateInterlocks(
      { op: switchOp(this.point(pointId), off), origin, reason, actorId },
      this.interlockContext(pointId, this.liveSwitch(pointId)),
      this.now,
    );
  }

  /** A person who asks is refused with the reason; whoever waits for a restore that nobody asked for is told, once. */
  private async tellIfHeld(
    row: SupplyRow,
    point: PointEntry,
    { reason, facts }: Extract<InterlockVerdict, { verdict: 'REFUSED' }>,
  ): Promise<void> {
    if (reason !== 'MAPPING_CHANGED' || row.refusal?.reason === reason) return;
    await tellHeldRestore(this.tx, this.registry, point, this.now, Number(facts.until));
  }

  /** Keeps what stands against closing the difference, and when to try again. */
  refuse(pointId: number, reason: string, retryMs: number): void {
    const row = this.touch(pointId);
    row.refusal = { reason, atMs: this.now };
    row.retryDueMs = FOR_GOOD.has(reason) ? null : Math.max(retryMs, this.now + RETRY_REFUSED_MS);
  }

  /** Interlocks as they stand now. @param liveCommand null: the live one is asking itself, before its own send */
  interlockContext(pointId: number, liveCommand: CommandRow | null): InterlockContext {
    const row = this.row(pointId);
    const point = this.point(pointId);
    const context = this.context(pointId);
    return {
      utility: point.utility,
      // A feeder carries the protection of what must never go dark below it.
      protection: context.lifeSafetyBelow ? 'LIFE_SAFETY' : point.protection,
      maintenanceTags: row.tags.map(({ by, note }) => ({ heldBy: by, note })),
      meterOnline: context.online !== false,
      lastReadingAt: context.lastReadingMs,
      intervalMs: context.intervalMs,
      liveCommand: liveCommand && {
        id: liveCommand.id,
        op: liveCommand.op,
        reason: liveCommand.cause as SupplyReason,
      },
      // A cut on its way opens the relay before any reading says so.
      lastOpenedAt:
        row.observed === 'OPEN'
          ? row.changedMs
          : liveCommand !== null && isCut(liveCommand.op)
            ? liveCommand.issuedMs
            : null,
      lastClosedAt: row.observed === 'CLOSED' ? row.changedMs : null,
      operationTimes: row.operationsMs,
      gasAlarmOpen: context.gasAlarmOpen,
      mappingChangedAt: context.mappedMs,
      controlLease:
        context.leaseBy !== null && context.leaseUntilMs !== null
          ? { heldBy: context.leaseBy, until: context.leaseUntilMs }
          : null,
    };
  }

  /** A tag keeps what is open open without anybody's asking; a person who asks is told whose tag it is, or may pass under the own. */
  private reasonsOf(row: SupplyRow, origin: CommandOrigin): SupplyReason[] {
    const reasons = Object.keys(row.reasons) as SupplyReason[];
    return row.tags.length > 0 && origin !== 'OPERATOR' ? [...reasons, 'LOCKOUT'] : reasons;
  }

  /** Puts a command without a switching effect (limit, read, display) into the outbox. */
  async queueOther(
    pointId: number,
    op: string,
    args: Record<string, unknown>,
    ask: Omit<SwitchAsk, 'reason'> & { cause: string },
  ): Promise<string> {
    return this.command(pointId, op, args, { ...ask, reason: 'MANUAL' }, ask.cause, this.now);
  }

  private async queue(
    pointId: number,
    op: SwitchOp,
    ask: SwitchAsk,
    waitUntilMs: number | null,
  ): Promise<SwitchOutcome> {
    const notBeforeMs = Math.max(this.now + (ask.holdMs ?? 0), waitUntilMs ?? 0);
    const id = await this.command(pointId, op, {}, ask, ask.reason, notBeforeMs);
    const row = this.touch(pointId);
    row.retryDueMs = null;
    row.refusal = null;
    return { kind: 'QUEUED', commandId: id, waitUntilMs };
  }

  private command(
    pointId: number,
    op: string,
    args: Record<string, unknown>,
    ask: SwitchAsk,
    cause: string,
    notBeforeMs: number,
  ): Promise<string> {
    const { campusId, pointCode } = this.point(pointId);
    const { meterId } = this.context(pointId);
    if (meterId === null) throw new Error(`point ${pointCode} has no meter`);
    return this.commands.make({ campusId, pointId, meterId, op, args, cause, notBeforeMs }, ask);
  }

  /** One step of a command's machine, stored with its event. Returns false where the table ignores or refuses it. */
  step(
    command: CommandRow,
    event: CommandEvent,
    actor: string,
    detail: object = {},
    change: Partial<CommandRow> = {},
  ): Promise<boolean> {
    return this.commands.step(command, event, actor, detail, change);
  }

  /** Stores the points that changed and tells dispatcher and screens, at commit. */
  async flush(): Promise<void> {
    await updateSupply(
      this.tx.client,
      [...this.dirty].map((id) => this.row(id)),
    );
    this.dirty.clear();
    this.commands.tell();
  }
}

const causeOf = (held: { readonly cause?: string }): ReasonCause | null =>
  (held.cause as ReasonCause | undefined) ?? null;

/** Electricity has a relay; water and gas a valve. Gas is never opened from afar: the interlock refuses it. */
function switchOp(point: PointEntry, off: boolean): SwitchOp {
  if (point.utility === 'ELECTRICITY') return off ? 'disconnect' : 'connect';
  return off ? 'valve_close' : 'valve_open';
}
