import { withTransaction } from '../../../db/client';
import {
  endGroup,
  insertGroup,
  listGroups,
  type NoticeGroupView,
  rotateGroupSecret,
} from '../../../db/queries/noticeGroups';
import { spaceIdByCode } from '../../../db/queries/spaces';
import { DomainError, invalid } from '../../../domain/errors';
import {
  GROUP_CHANNELS,
  type GroupChannel,
  type NoticeLanguage,
} from '../../../domain/notices/noticeChannel';
import type { GROUP_TOPICS } from '../../../domain/notices/noticeTopic';
import { type Caller, requireCampusWide } from '../../auth/caller';
import type { NoticeDesk } from '../../notifications/noticeDesk';
import { newWebhookSecret } from '../../notifications/webhook';
import { auditAct } from '../auditAct';
import type { ServiceDeps } from '../deps';

const manager = (caller: Caller): number => requireCampusWide(caller, 'MANAGE_NOTICES').scope.campusId;

/** Subscribed groups and programs, and the channels on which more may be subscribed. */
export async function readGroups(
  { database }: Pick<ServiceDeps, 'database'>,
  desk: NoticeDesk,
  caller: Caller,
): Promise<{ groups: NoticeGroupView[]; offered: GroupChannel[] }> {
  const offered = desk.offered();
  return {
    groups: await listGroups(database.pool, manager(caller)),
    offered: GROUP_CHANNELS.filter((channel) => offered.includes(channel)),
  };
}

export interface NewGroup {
  readonly channel: GroupChannel;
  readonly name: string;
  readonly url: string;
  /** A robot's own; a webhook's is made here. */
  readonly secret: string | null;
  readonly topics: readonly (typeof GROUP_TOPICS)[number][];
  readonly space: string | null;
  readonly language: NoticeLanguage;
}

/**
 * Subscribes a group robot or a webhook.
 * @returns the webhook's secret, its only copy; null for a robot
 * @throws DomainError `invalid` at /channel, /url, /secret or /space
 */
export async function addGroup(
  deps: ServiceDeps,
  desk: NoticeDesk,
  caller: Caller,
  input: NewGroup,
): Promise<{ id: number; secret: string | null }> {
  const campusId = manager(caller);
  const { channel, name, url, topics, language } = input;
  if (!desk.offered().includes(channel))
    throw invalid('/channel', 'CHANNEL_NOT_OFFERED', 'This channel is not configured here.');
  const problem = desk.addressProblem(url);
  if (problem !== null) throw invalid('/url', problem, 'Messages are not sent to such an address.');
  const own = channel === 'WEBHOOK' ? newWebhookSecret() : null;
  const secret = own ?? input.secret;
  if (secret === null) throw invalid('/secret', 'SECRET_NEEDED', 'A robot signs with its secret.');
  return withTransaction(deps.database, async (tx) => {
    const spaceId = input.space === null ? null : await spaceIdByCode(tx.client, campusId, input.space);
    if (input.space !== null && spaceId === null)
      throw invalid('/space', 'UNKNOWN_SPACE', `There is no place ${input.space}.`);
    const nowMs = deps.engine.clock.now();
    const id = await insertGroup(tx.client, {
      campusId,
      channel,
      name,
      url,
      secret,
      topics,
      spaceId,
      language,
      nowMs,
      by: caller.actor,
    });
    auditAct(tx, deps, caller, {
      action: 'NOTICE_GROUP_ADDED',
      target: `notice-group:${id}`,
      after: { channel, name, topics: [...topics], space: input.space },
    });
    return { id, secret: own };
  });
}

/** Gives a webhook a new secret; the old one signs beside it for a day. @throws DomainError `notFound` `NOTICE_GROUP` */
export async function rotateSecret(
  deps: ServiceDeps,
  caller: Caller,
  id: number,
): Promise<{ secret: string }> {
  const campusId = manager(caller);
  const secret = newWebhookSecret();
  await withTransaction(deps.database, async (tx) => {
    if (!(await rotateGroupSecret(tx.client, campusId, id, secret, deps.engine.clock.now()))) throw noGroup();
    auditAct(tx, deps, caller, { action: 'NOTICE_SECRET_ROTATED', target: `notice-group:${id}`, after: {} });
  });
  return { secret };
}

/** Ends a subscription at once. @throws DomainError `notFound` `NOTICE_GROUP` */
export async function removeGroup(deps: ServiceDeps, caller: Caller, id: number): Promise<void> {
  const campusId = manager(caller);
  await withTransaction(deps.database, async (tx) => {
    if (!(await endGroup(tx.client, campusId, id, deps.engine.clock.now()))) throw noGroup();
    auditAct(tx, deps, caller, { action: 'NOTICE_GROUP_ENDED', target: `notice-group:${id}`, after: {} });
  });
}

const noGroup = (): DomainError => new DomainError('notFound', 'NOTICE_GROUP', 'There is no such group.');
