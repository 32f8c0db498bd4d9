import { z } from 'zod';
import { pageOf, pageQuery, restCode, restInstant, restReason, restTime } from './restCommon';

/** Alarms and what people do with them. */

export const alarmStateSchema = z.enum([
  'NORMAL',
  'UNACK',
  'ACKED',
  'RTN_UNACK',
  'LATCHED_UNACK',
  'LATCHED_ACK',
  'SHELVED',
  'SUPPRESSED_BY_DESIGN',
  'OUT_OF_SERVICE',
]);

export const alarmSchema = z
  .strictObject({
    id: z.string(),
    rule: z.string().meta({ example: 'OVERLOAD' }),
    priority: z.union([z.literal(1), z.literal(2), z.literal(3), z.literal(4)]),
    state: alarmStateSchema,
    subject: z.strictObject({ type: z.string().meta({ example: 'POINT' }), code: z.string().nullable() }),
    space: restCode.nullable(),
    since: restTime.meta({ description: 'Time of the reading that decided it.' }),
    raisedAt: restTime,
    returnedAt: restTime.nullable(),
    endedAt: restTime.nullable(),
    count: z.number().int(),
    acknowledgedBy: z.string().nullable(),
    acknowledgedAt: restTime.nullable(),
    shelvedUntil: restTime.nullable(),
    shelvedBy: z.string().nullable(),
    shelveReason: z.string().nullable(),
    evidence: z.record(z.string(), z.unknown()),
  })
  .meta({ id: 'Alarm' });
export type RestAlarm = z.infer<typeof alarmSchema>;
export const alarmPage = pageOf(alarmSchema);

export const alarmsQuery = pageQuery.extend({
  open: z.enum(['0', '1']).optional().meta({ description: '1: only those not back to normal. Default 1.' }),
  priority: z.enum(['1', '2', '3', '4']).optional(),
  rule: z
    .string()
    .regex(/^[A-Z][A-Z0-9_]{0,47}$/)
    .optional(),
});

export const alarmIdParam = z.strictObject({
  id: z
    .string()
    .regex(/^[1-9]\d{0,14}$/, 'must be the id of an alarm')
    .meta({ param: { name: 'id', in: 'path' }, example: '1042' }),
});

/** Why an alarm may be shelved. */
export const shelveReasonSchema = z.enum(['KNOWN_FAULT', 'WORKS', 'NUISANCE', 'TESTING', 'OTHER']);
export type ShelveReason = z.infer<typeof shelveReasonSchema>;

export const shelveRequest = z
  .strictObject({
    reason: shelveReasonSchema,
    note: restReason.optional().meta({ description: 'In words; needed with OTHER.' }),
    until: restInstant.meta({ description: 'At most 8 h from now. P1 can not be shelved by a key.' }),
  })
  .meta({ id: 'ShelveRequest' });

export const resetRequest = z
  .strictObject({ note: restReason.meta({ description: 'What was inspected.' }) })
  .meta({ id: 'ResetRequest' });
