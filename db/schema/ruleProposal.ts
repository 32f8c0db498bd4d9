import { sql } from 'drizzle-orm';
import { index, integer, jsonb, pgTable, text, uniqueIndex } from 'drizzle-orm/pg-core';
import { campus } from './campus';
import { atMs } from './columns';
import { appUser } from './person';
import { proposalState } from './protectionProposal';

/** A change of a rule's settings at a place, which takes two people: one proposes, an admin publishes. */
export const ruleProposal = pgTable(
  'rule_proposal',
  {
    id: integer('id').primaryKey().generatedAlwaysAsIdentity(),
    campusId: integer('campus_id')
      .notNull()
      .references(() => campus.id),
    rule: text('rule').notNull(),
    /** Space that it is to hold for; null: the campus. */
    spaceId: integer('space_id'),
    state: proposalState('state').notNull(),
    /** Version in force when it was proposed; 0: none. What is published is what was compared. */
    seenVersion: integer('seen_version').notNull(),
    body: jsonb('body').$type<Record<string, number | string | boolean>>().notNull(),
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
    index('rule_proposal_campus').on(t.campusId, t.proposedMs),
    uniqueIndex('rule_proposal_open')
      .on(t.campusId, t.rule, sql`coalesce(space_id, 0)`)
      .where(sql`state = 'PENDING'`),
  ],
);
