import { and, asc, eq, gt, inArray, isNull, lte, or, sql } from 'drizzle-orm';
import { account } from '../schema/account';
import { campus } from '../schema/campus';
import { appUser, occupancy, roleBinding } from '../schema/person';
import { department, space } from '../schema/space';
import type { Source } from './scope';

/** What a password check needs. */
export interface SignInRow {
  id: number;
  code: string;
  displayName: string;
  passwordHash: string;
  disabled: boolean;
  sessionVersion: number;
}

/** The user of this sign-in name, or null. Names are unique over all campuses. */
export async function findSignIn(source: Source, code: string): Promise<SignInRow | null> {
  const [row] = await source.db
    .select({
      id: appUser.id,
      code: appUser.code,
      displayName: appUser.displayName,
      passwordHash: appUser.passwordHash,
      disabled: appUser.disabled,
      sessionVersion: appUser.sessionVersion,
    })
    .from(appUser)
    .where(eq(appUser.code, code));
  return row ?? null;
}

export interface UserBindingRow {
  role: (typeof roleBinding.$inferSelect)['role'];
  spaceId: number | null;
  departmentId: number | null;
  departmentCode: string | null;
  spaceCode: string | null;
}

/** A user with campus, the roles in force and the rooms lived in at `at`. */
export interface UserRow {
  id: number;
  code: string;
  displayName: string;
  personId: number | null;
  disabled: boolean;
  sessionVersion: number;
  campus: {
    id: number;
    code: string;
    name: string;
    nameEn: string | null;
    timeZone: string;
    currency: string;
  };
  bindings: UserBindingRow[];
  ownRooms: string[];
}

/** All that a session is made of; null when the user does not exist. */
export async function loadUser(source: Source, userId: number, at: Date): Promise<UserRow | null> {
  const { db } = source;
  const [row] = await db
    .select({
      id: appUser.id,
      code: appUser.code,
      displayName: appUser.displayName,
      personId: appUser.personId,
      disabled: appUser.disabled,
      sessionVersion: appUser.sessionVersion,
      campus: {
        id: campus.id,
        code: campus.code,
        name: campus.name,
        nameEn: campus.nameEn,
        timeZone: campus.timeZone,
        currency: campus.currency,
      },
    })
    .from(appUser)
    .innerJoin(campus, eq(campus.id, appUser.campusId))
    .where(eq(appUser.id, userId));
  if (!row) return null;
  const bindings = await db
    .select({
      role: roleBinding.role,
      spaceId: roleBinding.spaceId,
      departmentId: roleBinding.departmentId,
      departmentCode: department.code,
      spaceCode: space.code,
    })
    .from(roleBinding)
    .leftJoin(department, eq(department.id, roleBinding.departmentId))
    .leftJoin(space, eq(space.id, roleBinding.spaceId))
    .where(
      and(
        eq(roleBinding.userId, userId),
        lte(roleBinding.validFrom, at),
        or(isNull(roleBinding.validTo), gt(roleBinding.validTo, at)),
      ),
    )
    .orderBy(asc(roleBinding.id));
  const rooms =
    row.personId === null
      ? []
      : await db
          .selectDistinct({ code: space.code })
          .from(occupancy)
          .innerJoin(account, eq(account.id, occupancy.accountId))
          .innerJoin(space, eq(space.id, account.spaceId))
          .where(
            and(
              eq(occupancy.personId, row.personId),
              lte(occupancy.validFrom, at),
              or(isNull(occupancy.validTo), gt(occupancy.validTo, at)),
            ),
          )
          .orderBy(asc(space.code));
  return { ...row, bindings, ownRooms: rooms.map((r) => r.code) };
}

/** Whether sessions of these users still hold: their version and whether they are disabled. */
export async function sessionStates(
  source: Source,
  userIds: readonly number[],
): Promise<Map<number, { sessionVersion: number; disabled: boolean }>> {
  if (userIds.length === 0) return new Map();
  const rows = await source.db
    .select({ id: appUser.id, sessionVersion: appUser.sessionVersion, disabled: appUser.disabled })
    .from(appUser)
    .where(inArray(appUser.id, [...userIds]));
  return new Map(rows.map((r) => [r.id, r]));
}

/** Sign-ins of a demo, with their roles, in the order in which they were made. */
export async function listSignIns(
  source: Source,
  at: Date,
): Promise<{ code: string; displayName: string; roles: string[] }[]> {
  return source.db
    .select({
      code: appUser.code,
      displayName: appUser.displayName,
      roles: sql<string[]>`array_agg(distinct ${roleBinding.role}::text)`,
    })
    .from(appUser)
    .innerJoin(roleBinding, eq(roleBinding.userId, appUser.id))
    .where(
      and(
        eq(appUser.disabled, false),
        lte(roleBinding.validFrom, at),
        or(isNull(roleBinding.validTo), gt(roleBinding.validTo, at)),
      ),
    )
    .groupBy(appUser.id)
    .orderBy(asc(appUser.id));
}
