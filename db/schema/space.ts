import { index, integer, jsonb, pgEnum, pgTable, text, unique } from 'drizzle-orm/pg-core';
import { campus } from './campus';
import { at, micro } from './columns';

export const spaceKind = pgEnum('space_kind', ['CAMPUS', 'BUILDING', 'FLOOR', 'ROOM', 'ZONE']);

/** A place. A tree by parent; `path` holds the ids from the root to itself, so a subtree is one array test. */
export const space = pgTable(
  'space',
  {
    id: integer('id').primaryKey().generatedAlwaysAsIdentity(),
    campusId: integer('campus_id')
      .notNull()
      .references(() => campus.id),
    parentId: integer('parent_id'),
    kind: spaceKind('kind').notNull(),
    code: text('code').notNull(),
    name: text('name').notNull(),
    nameEn: text('name_en'),
    areaM2: integer('area_m2'),
    headCapacity: integer('head_capacity'),
    /** GeoJSON geometry, WGS-84; null: not placed on the map. */
    geometry: jsonb('geometry').$type<{ type: string; coordinates: unknown }>(),
    /** Order among siblings: corridor order of the import. */
    position: integer('position').notNull().default(0),
    path: integer('path').array().notNull(),
  },
  (t) => [
    unique('space_code').on(t.campusId, t.code),
    index('space_parent').on(t.parentId),
    index('space_path').using('gin', t.path),
  ],
);

/** An organisational unit; a tree of its own beside the spaces. */
export const department = pgTable(
  'department',
  {
    id: integer('id').primaryKey().generatedAlwaysAsIdentity(),
    campusId: integer('campus_id')
      .notNull()
      .references(() => campus.id),
    parentId: integer('parent_id'),
    code: text('code').notNull(),
    name: text('name').notNull(),
    nameEn: text('name_en'),
    costCenter: text('cost_center'),
    path: integer('path').array().notNull(),
  },
  (t) => [unique('department_code').on(t.campusId, t.code)],
);

/** Which department answers for a space or a single meter point, from when to when. Shares of one instant sum to 1 000 000 ppm. */
export const departmentAssignment = pgTable(
  'department_assignment',
  {
    id: integer('id').primaryKey().generatedAlwaysAsIdentity(),
    departmentId: integer('department_id')
      .notNull()
      .references(() => department.id),
    spaceId: integer('space_id').references(() => space.id),
    pointId: integer('point_id'),
    sharePpm: integer('share_ppm').notNull().default(1_000_000),
    validFrom: at('valid_from').notNull(),
    validTo: at('valid_to'),
  },
  (t) => [
    index('department_assignment_department').on(t.departmentId),
    index('department_assignment_space').on(t.spaceId),
    index('department_assignment_point').on(t.pointId),
  ],
);

/** Energy allowed to a department or space per month. A change is a new version; the newest version valid in the period rules. */
export const quota = pgTable(
  'quota',
  {
    id: integer('id').primaryKey().generatedAlwaysAsIdentity(),
    campusId: integer('campus_id')
      .notNull()
      .references(() => campus.id),
    departmentId: integer('department_id').references(() => department.id),
    spaceId: integer('space_id').references(() => space.id),
    utility: text('utility').notNull(),
    /** First day of the month it holds for, campus time, `YYYY-MM`. */
    month: text('month').notNull(),
    version: integer('version').notNull().default(1),
    limitMicro: micro('limit_micro').notNull(),
    /** Percent of the limit at which notices go out. */
    thresholds: integer('thresholds').array().notNull(),
    /** SOFT notifies; HARD may limit named circuits only. */
    action: text('action').notNull().default('SOFT'),
    setBy: text('set_by').notNull(),
    setAt: at('set_at').notNull(),
    reason: text('reason'),
  },
  (t) => [
    unique('quota_version')
      .on(t.campusId, t.departmentId, t.spaceId, t.utility, t.month, t.version)
      .nullsNotDistinct(),
  ],
);
