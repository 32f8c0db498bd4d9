import { describe, expect, it } from 'vitest';
import { ACTIONS, grantOf, mayEver, permissionFor, reachOf } from './permissions';
import { ROLES, type Role, type RoleBinding } from './roles';
import type { Session } from './session';

const AT = new Date(0);

function session(...bindings: Partial<RoleBinding>[]): Session {
  return {
    kind: 'USER',
    userId: 1,
    userCode: 'u',
    displayName: 'U',
    personId: 7,
    sessionVersion: 1,
    ownRooms: [],
    campus: { id: 1, code: 'C', name: 'C', nameEn: null, timeZone: 'Asia/Shanghai', currency: 'CNY' },
    bindings: bindings.map((b) => ({
      role: 'STUDENT',
      spaceId: null,
      departmentId: null,
      departmentCode: null,
      spaceCode: null,
      ...b,
    })),
  };
}

/** Who holds an action, in the order of `ROLES`. */
function holders(action: (typeof ACTIONS)[number]): Partial<Record<Role, string>> {
  return Object.fromEntries(
    ROLES.map((role) => [role, grantOf(action, role)] as const).filter(([, grant]) => grant !== 'NONE'),
  );
}

describe('the permission table', () => {
  it('says something of every action for every role', () => {
    for (const action of ACTIONS) {
      for (const role of ROLES) expect(grantOf(action, role), `${action} ${role}`).toMatch(/^[A-Z_]+$/);
    }
  });

  it('lets security and energy managers cut, and restores by energy managers or under the own tag', () => {
    expect(holders('CUT')).toEqual({ SECURITY: 'FULL', ENERGY_MANAGER: 'FULL' });
    expect(holders('RESTORE')).toEqual({ MAINTAINER: 'OWN_TAG', ENERGY_MANAGER: 'FULL' });
    expect(holders('REQUEST_RESTORE')).toEqual({ WARDEN: 'FULL', SECURITY: 'FULL' });
  });

  it('gives alarms to those of decision 30', () => {
    expect(holders('ACKNOWLEDGE_ALARM')).toEqual({
      WARDEN: 'FULL',
      SECURITY: 'FULL',
      MAINTAINER: 'FULL',
      ENERGY_MANAGER: 'FULL',
    });
    expect(holders('SHELVE_ALARM')).toEqual({ SECURITY: 'FULL', ENERGY_MANAGER: 'FULL' });
    expect(holders('SHELVE_P1_ALARM')).toEqual({ ENERGY_MANAGER: 'SECOND_PERSON' });
    expect(holders('RESET_LATCH')).toEqual({ MAINTAINER: 'FULL', ENERGY_MANAGER: 'FULL' });
  });

  it('shows money and opens the cash desk to finance alone, besides the own room', () => {
    expect(holders('VIEW_MONEY')).toEqual({ STUDENT: 'OWN_ROOM', FINANCE: 'FULL' });
    expect(holders('CASH_DESK')).toEqual({ FINANCE: 'FULL' });
  });

  it('gives the admin neither money nor supply', () => {
    for (const action of [
      'CUT',
      'RESTORE',
      'SET_LIMIT',
      'VIEW_MONEY',
      'CASH_DESK',
      'APPROVE_TARIFF',
    ] as const) {
      expect(grantOf(action, 'ADMIN'), action).toBe('NONE');
    }
  });

  it('lets finance touch no breaker', () => {
    for (const action of ['CUT', 'RESTORE', 'SET_LIMIT', 'READ_NOW', 'CUT_FEEDER'] as const) {
      expect(grantOf(action, 'FINANCE'), action).toBe('NONE');
    }
  });
});

describe('the reach of a session', () => {
  it('is the union of its bindings that grant the action, and of no others', () => {
    const two = session(
      { role: 'SECURITY', spaceId: 3 },
      { role: 'SECURITY', spaceId: 5 },
      { role: 'WARDEN', spaceId: 9 },
    );
    expect(permissionFor(two, 'CUT', AT)?.scope).toMatchObject({ campusWide: false, spaceIds: [3, 5] });
    expect(permissionFor(two, 'VIEW_ALARMS', AT)?.scope.spaceIds).toEqual([3, 5, 9]);
    expect(permissionFor(two, 'CASH_DESK', AT)).toBeNull();
  });

  it('is the campus as soon as one granting binding is', () => {
    const wide = session({ role: 'SECURITY', spaceId: 3 }, { role: 'ENERGY_MANAGER' });
    expect(permissionFor(wide, 'CUT', AT)?.scope).toMatchObject({ campusWide: true, spaceIds: [] });
  });

  it('never lends the stronger grant of one place to a place of a weaker one', () => {
    const both = session({ role: 'ENERGY_MANAGER', spaceId: 3 }, { role: 'MAINTAINER' });
    const restore = permissionFor(both, 'RESTORE', AT);
    expect(restore).toMatchObject({ grant: 'FULL', scope: { campusWide: false, spaceIds: [3] } });
  });

  it('of a student is the rooms that the person lives in, even with a campus-wide binding', () => {
    const own = permissionFor(session({ role: 'STUDENT' }), 'VIEW_MONEY', AT);
    expect(own).toMatchObject({ grant: 'OWN_ROOM', scope: { campusWide: false, spaceIds: [], personId: 7 } });
  });

  it('without a role is nothing', () => {
    const nobody = session();
    expect(ACTIONS.filter((action) => mayEver(nobody, action))).toEqual([]);
  });
});

describe('the whole reach of a session', () => {
  it('covers the scope of every action, for any two roles together', () => {
    const places = [{}, { spaceId: 3 }, { departmentId: 4 }];
    for (const first of ROLES)
      for (const second of ROLES)
        for (const a of places)
          for (const b of places) {
            const who = session({ role: first, ...a }, { role: second, ...b });
            const reach = reachOf(who, AT);
            for (const action of ACTIONS) {
              const scope = permissionFor(who, action, AT)?.scope;
              if (!scope) continue;
              const said = `${action} ${first} ${second}`;
              expect(reach.campusWide || !scope.campusWide, said).toBe(true);
              expect(scope.personId === null || reach.personId === scope.personId, said).toBe(true);
              if (reach.campusWide) continue;
              expect(reach.spaceIds, said).toEqual(expect.arrayContaining([...scope.spaceIds]));
              expect(reach.departmentIds, said).toEqual(expect.arrayContaining([...scope.departmentIds]));
            }
          }
  });

  it('is the own room for a student and nothing for one without roles', () => {
    expect(reachOf(session({ role: 'STUDENT' }), AT)).toMatchObject({
      campusWide: false,
      spaceIds: [],
      personId: 7,
    });
    expect(reachOf(session(), AT)).toMatchObject({ campusWide: false, spaceIds: [], personId: null });
  });
});
