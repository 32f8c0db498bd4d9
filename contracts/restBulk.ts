import { z } from 'zod';
import { BULK_DIRECTIONS, BULK_JOB_STATES, BULK_POINTS_MAX, BULK_SCOPES } from '../domain/supply/bulkJob';
import { restCode, restReason, restTime } from './restCommon';
import { restUtility } from './restSupply';

/** Bulk jobs: many points cut or restored by one decision. */

const pointCodes = z.array(restCode).min(1).max(BULK_POINTS_MAX);
const roomCodes = z
  .array(
    z.string().regex(/^[A-Za-z0-9_-]{1,32}\*?$/, 'must be a room code, or the beginning of some with a star'),
  )
  .min(1)
  .max(BULK_POINTS_MAX);

const choiceSchema = z
  .discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('POINTS'), codes: pointCodes }),
    z.strictObject({ kind: z.literal('ROOMS'), codes: roomCodes }),
    z.strictObject({ kind: z.literal('SPACE'), code: restCode }),
  ])
  .meta({
    description:
      'POINTS by code; ROOMS by code, where `7-4*` stands for all that begin so; SPACE: a building, floor or room. A code that is unknown or out of reach is 404, and nothing is done instead. What hangs below a feeder is switched by people alone.',
    example: { kind: 'SPACE', code: 'B7-4F' },
  });

const asked = {
  choice: choiceSchema,
  direction: z.enum(BULK_DIRECTIONS),
  utility: restUtility,
};

export const bulkDryRunRequest = z.strictObject(asked).meta({ id: 'BulkDryRunRequest' });

export const bulkJobRequest = z
  .strictObject({
    ...asked,
    reason: restReason,
    confirmed: z.number().int().min(0).max(BULK_POINTS_MAX).meta({
      description: '`eligible` of the dry run. Where it has changed since, the request is 409 COUNT_CHANGED.',
    }),
  })
  .meta({ id: 'BulkJobRequest' });

export const bulkDryRunSchema = z
  .strictObject({
    asOf: restTime,
    scope: z.enum(BULK_SCOPES),
    selected: z.number().int().meta({ description: 'eligible + blocked + already.' }),
    eligible: z.number().int(),
    blocked: z.number().int(),
    already: z.number().int().meta({
      description:
        'As asked before anything is switched; with the reason HOLD_ADDED a cut holds the point off besides.',
    }),
    powerW: z.number().meta({ description: 'What the eligible points draw now.' }),
    secondPerson: z
      .boolean()
      .meta({ description: 'A person other than who answers for the key must consent.' }),
    points: z.array(
      z.strictObject({
        point: restCode,
        space: restCode,
        verdict: z.enum(['ELIGIBLE', 'BLOCKED', 'ALREADY']),
        reason: z.string().nullable().meta({ example: 'LIFE_SAFETY' }),
        protection: z.enum(['NONE', 'CREDIT', 'LIFE_SAFETY']),
        protectionOwner: z.string().nullable(),
        powerW: z.number().nullable(),
      }),
    ),
  })
  .meta({ id: 'BulkDryRun' });

const jobState = z.enum(BULK_JOB_STATES).meta({
  description: 'PENDING_APPROVAL waits for a second person for 10 min, who consents on screen; no key does.',
});

export const bulkAcceptedSchema = z
  .strictObject({
    id: z.string().meta({ example: '01J7ZK3V8N4QK6T2M9R5W1X0YB' }),
    state: jobState,
    existing: z.boolean().meta({ description: 'True: this very request was made before; its job.' }),
  })
  .meta({ id: 'BulkAccepted' });

export const bulkJobSchema = z
  .strictObject({
    id: z.string(),
    state: jobState,
    direction: z.enum(BULK_DIRECTIONS),
    utility: restUtility,
    scope: z.enum(BULK_SCOPES),
    place: restCode.nullable(),
    reason: z.string(),
    requestedBy: z.string(),
    requestedAt: restTime,
    approvalDueAt: restTime.nullable(),
    approvedBy: z.string().nullable(),
    startedAt: restTime.nullable(),
    finishedAt: restTime.nullable(),
    endCause: z.string().nullable().meta({ example: 'STOPPED' }),
    selected: z.number().int(),
    counts: z.record(z.string(), z.number().int()).meta({
      description: 'Points per state; they sum to `selected`.',
      example: { verified: 18, blocked: 2 },
    }),
    points: z.array(
      z.strictObject({
        point: restCode,
        space: restCode,
        state: z.string().meta({
          description:
            'planned, blocked, already, lifted, cancelled, or how far its command is: pending to verified.',
        }),
        reason: z.string().nullable(),
        command: z.string().nullable().meta({ description: 'Its own, at /commands/{id}.' }),
      }),
    ),
  })
  .meta({ id: 'BulkJob' });
export type RestBulkJob = z.infer<typeof bulkJobSchema>;

export const bulkEndedSchema = z.strictObject({ id: z.string(), state: jobState }).meta({ id: 'BulkEnded' });

export const bulkJobParam = z.strictObject({
  id: z.string().regex(/^[0-9A-HJKMNP-TV-Z]{26}$/, 'must be the id of a bulk job'),
});
