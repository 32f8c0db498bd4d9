import { monotonicFactory } from 'ulid';
import { DB_CHANNELS } from '../contracts/dbChannels';
import type { Tx } from '../db/client';
import { notify } from '../db/queries/notify';
import {
  type CommandRow,
  insertCommand,
  insertCommandEvent,
  liveCommandsOf,
  type StoredReasons,
  updateCommand,
} from '../db/queries/supply';
import { type CommandEvent, commandStep, isTerminal } from '../domain/supply/commandMachine';
import { COMMAND_LIFE_MS, type CommandOrigin } from '../domain/supply/resend';
import type { SupplyReason } from '../domain/supply/supplyState';

/** Why a point is switched, and for whom. */
export interface SwitchAsk {
  readonly origin: CommandOrigin;
  /** Reason held, or the reason whose clearing restores. */
  readonly reason: SupplyReason;
  /** Opaque id of the person for leases and tags; null for the engine. */
  readonly actorId: string | null;
  /** `user:…`, `rule:…`, `key:…` or `engine`, for the record. */
  readonly actor: string;
  /** In words, or a code. */
  readonly why: string;
  /** Payment or alarm behind it. */
  readonly originId?: string | null;
  /** Time in which an operator may undo, ms. */
  readonly holdMs?: number;
  /** Reasons that were cleared for it: taken back if the command is. */
  readonly cleared?: StoredReasons;
  /** A new reason to be off: the cut goes out although the contact reads open, so that no restore on its way wins. */
  readonly evenIfOpen?: boolean;
  /** The second person who consented; stands with the command. */
  readonly approvedBy?: string;
}

/** Ids of one millisecond still sort in the order of their making. */
const ulid = monotonicFactory();

/** What a command does, and where. */
type NewCommand = Pick<
  CommandRow,
  'campusId' | 'pointId' | 'meterId' | 'op' | 'args' | 'cause' | 'notBeforeMs'
>;

/** The commands of points inside one transaction: those that live, and the one hand that makes them and moves them on. */
export class SupplyCommands {
  readonly queuedIds: string[] = [];
  private readonly live = new Map<number, CommandRow[]>();
  private readonly changed = new Set<string>();

  constructor(
    private readonly tx: Tx,
    private readonly now: number,
  ) {}

  /** Loads the live commands of points that are locked. */
  async open(pointIds: readonly number[]): Promise<void> {
    for (const command of await liveCommandsOf(this.tx.client, pointIds)) this.keep(command);
  }

  /** Those of a point that have not ended. */
  of(pointId: number): readonly CommandRow[] {
    return (this.live.get(pointId) ?? []).filter((c) => !isTerminal(c.state));
  }

  private keep(command: CommandRow): void {
    const list = this.live.get(command.pointId);
    if (list) list.push(command);
    else this.live.set(command.pointId, [command]);
  }

  /** Puts a command into the outbox. @returns its id */
  async make(
    { campusId, pointId, meterId, op, args, cause, notBeforeMs }: NewCommand,
    ask: SwitchAsk,
  ): Promise<string> {
    const command: CommandRow = {
      id: ulid(this.now),
      campusId,
      pointId,
      meterId,
      op,
      args,
      state: 'QUEUED',
      cause,
      why: ask.why,
      actor: ask.actor,
      automatic: ask.origin === 'AUTOMATIC',
      createdMs: this.now,
      notBeforeMs,
      expiresMs: notBeforeMs + COMMAND_LIFE_MS,
      issuedMs: null,
      sentMs: null,
      sends: 0,
      acceptedMs: null,
      executedMs: null,
      finishedMs: null,
      dueMs: notBeforeMs + COMMAND_LIFE_MS,
      resultCode: null,
      observed: null,
      originId: ask.originId ?? null,
    };
    await insertCommand(this.tx.client, command, {
      detail: {
        why: ask.why,
        ...(ask.cleared ? { cleared: ask.cleared } : {}),
        ...(ask.approvedBy ? { approvedBy: ask.approvedBy } : {}),
      },
    });
    this.keep(command);
    this.queuedIds.push(command.id);
    this.changed.add(command.id);
    return command.id;
  }

  /** One step of a command's machine, stored with its event. Returns false where the table ignores or refuses it. */
  async step(
    command: CommandRow,
    event: CommandEvent,
    actor: string,
    detail: object = {},
    change: Partial<CommandRow> = {},
  ): Promise<boolean> {
    const step = commandStep(command.state, event);
    if (step.outcome !== 'MOVED') return false;
    Object.assign(command, change, { state: step.to });
    if (isTerminal(step.to)) {
      command.finishedMs = this.now;
      command.dueMs = null;
    }
    await updateCommand(this.tx.client, command);
    await insertCommandEvent(this.tx.client, {
      commandId: command.id,
      atMs: this.now,
      event,
      fromState: step.from,
      toState: step.to,
      actor,
      detail,
    });
    this.changed.add(command.id);
    return true;
  }

  /** Tells dispatcher and screens what was made and what moved, at commit. */
  tell(): void {
    notify(this.tx, DB_CHANNELS.commandQueued, this.queuedIds);
    notify(this.tx, DB_CHANNELS.commandChanged, [...this.changed]);
    this.changed.clear();
  }
}
