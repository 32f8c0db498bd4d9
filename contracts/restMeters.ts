import { z } from 'zod';
import { CHECK_RESULTS, DEVICE_CHECKS } from '../domain/inspection/deviceCheck';
import { pageOf, pageQuery, restCode, restDecimal, restInstant, restTime } from './restCommon';

/** Stored readings, and what was not charged. */

export const readingsQuery = pageQuery.extend({
  from: restInstant.meta({ description: 'From this instant on.' }),
  to: restInstant.meta({ description: 'Up to and without this instant.' }),
  every: z
    .enum(['15m', '1h', '1d'])
    .optional()
    .meta({ description: 'Sums per span; a day is a day of the campus. Absent: stored values.' }),
});

export const readingSchema = z
  .strictObject({
    at: restTime,
    receivedAt: restTime,
    register: restDecimal.nullable(),
    quantity: restDecimal.nullable().meta({ description: 'Used in the interval that ends here.' }),
    quality: z.enum(['VALID', 'SUSPECT', 'DISCARDED', 'CLOCK_FUTURE', 'JITTER']),
    timeSource: z.enum(['DEVICE', 'RX']),
    epoch: z.number().int(),
    powerW: z.number().nullable(),
    voltageV: z.number().nullable(),
    currentA: z.number().nullable(),
    powerFactor: z.number().nullable(),
    relay: z.number().int().nullable(),
    valve: z.number().int().nullable(),
  })
  .meta({ id: 'Reading' });
export type RestReading = z.infer<typeof readingSchema>;

export const aggregateSchema = z
  .strictObject({
    from: restTime,
    to: restTime,
    quantity: restDecimal,
    powerMeanW: z.number().nullable(),
    powerMaxW: z.number().nullable(),
    readings: z.number().int(),
    missing: z.boolean().meta({
      description:
        'True where some of it lies in 12 hours or more without any use, on an electricity meter that reports nothing but its register: data that was not read, not use that was zero.',
    }),
  })
  .meta({ id: 'ReadingAggregate' });
export type RestAggregate = z.infer<typeof aggregateSchema>;

/** Either stored readings or sums, oldest first. */
export const readingsPage = z
  .strictObject({
    meter: restCode,
    utility: z.enum(['ELECTRICITY', 'WATER', 'GAS']),
    every: z.enum(['15m', '1h', '1d']).nullable(),
    readings: z.array(readingSchema).optional(),
    aggregates: z.array(aggregateSchema).optional(),
    nextCursor: z.string().nullable(),
  })
  .meta({ id: 'Readings' });

export const inspectionSchema = z
  .strictObject({
    day: z.string().meta({
      example: '2026-11-12',
      description: 'Day of the campus that was judged, or on which somebody asked.',
    }),
    at: restTime,
    from: restTime,
    to: restTime,
    asked: z.boolean().meta({ description: 'Somebody asked for it; else it is the inspection of a night.' }),
    result: z.enum(['PASS', 'FAIL', 'UNKNOWN']),
    checks: z.array(
      z.strictObject({
        check: z.enum(DEVICE_CHECKS),
        result: z.enum(CHECK_RESULTS),
        findings: z.array(
          z.strictObject({
            code: z.string().meta({ example: 'REPORTS_MISSING' }),
            figures: z.record(z.string(), z.union([z.number(), z.string()])),
          }),
        ),
      }),
    ),
  })
  .meta({ id: 'Inspection' });
export type RestInspection = z.infer<typeof inspectionSchema>;
export const inspectionPage = pageOf(inspectionSchema);

export const quarantineSchema = z
  .strictObject({
    id: z.string(),
    meter: z.string().nullable().meta({ description: 'As it was sent, also when it names no meter.' }),
    gateway: z.string().nullable(),
    topic: z.string().nullable(),
    at: restTime.nullable(),
    receivedAt: restTime,
    reason: z.string().meta({ example: 'CONFLICT' }),
    field: z.string().nullable().meta({ description: 'JSON pointer into the payload.' }),
    detail: z.string().nullable(),
    payload: z.string().nullable(),
    count: z.number().int(),
  })
  .meta({ id: 'Quarantined' });
export type RestQuarantined = z.infer<typeof quarantineSchema>;
export const quarantinePage = pageOf(quarantineSchema);

export const quarantineQuery = pageQuery.extend({
  meter: restCode.optional(),
  reason: z
    .string()
    .regex(/^[A-Z][A-Z0-9_]{0,47}$/)
    .optional(),
});
