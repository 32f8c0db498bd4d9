import { sql } from 'drizzle-orm';
import { index, integer, pgEnum, pgTable, text, uniqueIndex } from 'drizzle-orm/pg-core';
import { campus } from './campus';
import { atMs } from './columns';
import { meterPoint, protection } from './meter';
import { appUser } from './person';

export const proposalState = pgEnum('proposal_state', ['PENDING', 'APPROVED', 'REJECTED', 'WITHDRAWN']);

/** A change of the protected list, which takes two people: one proposes, an admin decides. */
export const protectionProposal = pgTable(
  'protection_proposal',
  {
    id: integer('id').primaryKey().generatedAlwaysAsIdentity(),
    campusId: integer('campus_id')
      .notNull()
      .references(() => campus.id),
    pointId: integer('point_id')
      .notNull()
      .references(() => meterPoint.id),
    state: proposalState('state').notNull(),
    /** What the point was when it was proposed, and what it is to be. */
    before: protection('before').notNull(),
    after: protection('after').notNull(),
    /** Who answers for it and on which number; null: as before. */
    owner: text('owner'),
    phone: text('phone'),
    reason: text('reason').notNull(),
    proposerId: integer('proposer_id')
      .notNull()
      .references(() => appUser.id),
    proposedBy: text('proposed_by').notNull(),
    proposedMs: atMs('proposed_ms').notNull(),
    decidedBy: text('decided_by'),
    decidedMs: atMs('decided_ms'),
    note: text('note'),
  },
  (t) => [
    index('protection_proposal_campus').on(t.campusId, t.proposedMs),
    uniqueIndex('protection_proposal_open').on(t.pointId).where(sql`state = 'PENDING'`),
  ],
);
