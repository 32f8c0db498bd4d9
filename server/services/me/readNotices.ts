import { findAccountView } from '../../../db/queries/accountViews';
import { type AppealState, listAppeals } from '../../../db/queries/loadAppeals';
import { findRoomAccountCode, listAccountNotices, type NoticeCursor } from '../../../db/queries/rooms';
import type { Source } from '../../../db/queries/scope';
import type { Caller } from '../../auth/caller';
import type { ReadDeps } from '../deps';
import { ofOwnTime } from '../rooms/ownTime';
import { openRoom } from '../rooms/roomRights';
import type { OwnRoom } from './ownRoom';

export type { NoticeCursor };

const DAY_MS = 86_400_000;
const PAGE = 20;
/** As long as the evidence of a forbidden load is kept, it can be contested. */
export const APPEAL_DAYS = 30;

/** Something that the room was told. */
export interface MyNotice {
  readonly id: number;
  readonly kind: string;
  readonly atMs: number;
  readonly body: Readonly<Record<string, string | number | boolean>>;
  /** Of a forbidden load: what was measured, and the appeal against it (`state` null: none yet); null: nothing to contest. */
  readonly appeal: { readonly state: AppealState | null; readonly stepW: number | null } | null;
}

/** All that the room was told in the resident's own time, newest first, a page at a time. @throws DomainError `notFound` */
export async function readNotices(
  deps: ReadDeps,
  caller: Caller,
  own: OwnRoom,
  before: NoticeCursor | null,
): Promise<{ readonly notices: readonly MyNotice[]; readonly next: NoticeCursor | null }> {
  const nowMs = deps.engine.clock.now();
  const { room, seenSinceMs } = await openRoom(deps, caller, own.code);
  const code = await findRoomAccountCode(deps.reader, room.id, new Date(nowMs));
  const account = code === null ? null : await findAccountView(deps.reader, own.scope, code);
  if (!account) return { notices: [], next: null };
  const told = await listAccountNotices(deps.reader, account.id, seenSinceMs ?? 0, PAGE, before);
  const last = told.length < PAGE ? undefined : told.at(-1);
  return {
    notices: await withAppeals(deps.reader, account.id, ofOwnTime(told, seenSinceMs), nowMs),
    next: last ? { atMs: last.atMs, id: last.id } : null,
  };
}

/** Notices with what came of contesting those that can be contested still. */
export async function withAppeals(
  reader: Source,
  accountId: number,
  notices: readonly Omit<MyNotice, 'appeal'>[],
  nowMs: number,
): Promise<MyNotice[]> {
  const contestable = notices.some(({ kind }) => kind.startsWith('FORBIDDEN_LOAD_'));
  const appeals = contestable ? await listAppeals(reader, accountId, nowMs - APPEAL_DAYS * DAY_MS) : [];
  const appealOf = new Map(appeals.map(({ noticeId, state, stepW }) => [noticeId, { state, stepW }]));
  return notices.map((notice) => ({ ...notice, appeal: appealOf.get(notice.id) ?? null }));
}
