import { z } from 'zod';
import { COMMAND_STATES } from '../domain/supply/commandMachine';
import { restCode, restDecimal, restInstant, restReason, restText, restTime } from './restCommon';

/** Meter points, what they are told to do, and the exchange of their meters. */

export const restUtility = z.enum(['ELECTRICITY', 'WATER', 'GAS']);

const supplyReasonSchema = z.strictObject({
  reason: z.string().meta({ example: 'ARREARS' }),
  cause: z.string().nullable(),
  since: restTime,
});

/** Measured and wanted supply, side by side: what is commanded is never shown as if it were so. */
export const pointSupplySchema = z
  .strictObject({
    code: restCode,
    utility: restUtility,
    measured: z.enum(['CLOSED', 'OPEN', 'UNKNOWN']).meta({ description: 'CLOSED: supply is on.' }),
    measuredAt: restTime.nullable(),
    wanted: z.enum(['CONNECTED', 'DISCONNECTED']).meta({ description: 'Follows from the reasons in force.' }),
    reasons: z.array(supplyReasonSchema),
  })
  .meta({ id: 'PointSupply' });

export const commandStateSchema = z.enum(COMMAND_STATES);

export const commandSchema = z
  .strictObject({
    id: z.string().meta({ example: '01J7ZK3V8N4QK6T2M9R5W1X0YB' }),
    point: restCode,
    meter: restCode,
    op: z.string().meta({ example: 'disconnect' }),
    state: commandStateSchema.meta({ description: 'EXECUTED is what the meter says; VERIFIED is measured.' }),
    cause: z.string().meta({ example: 'MANUAL' }),
    reason: z.string(),
    actor: z.string(),
    automatic: z.boolean(),
    createdAt: restTime,
    expiresAt: restTime,
    finishedAt: restTime.nullable(),
    result: z.string().nullable(),
    timeline: z.array(
      z.strictObject({
        at: restTime,
        event: z.string(),
        from: commandStateSchema.nullable(),
        to: commandStateSchema,
        actor: z.string(),
      }),
    ),
  })
  .meta({ id: 'Command' });
export type RestCommand = z.infer<typeof commandSchema>;

export const meterPointSchema = z
  .strictObject({
    code: restCode,
    name: z.string().nullable(),
    space: restCode,
    utility: restUtility,
    role: z.enum(['CUSTOMER', 'PUBLIC', 'FEEDER', 'CHECK', 'PV', 'TENANT']),
    account: restCode.nullable(),
    meter: restCode.nullable(),
    gateway: restCode.nullable(),
    measured: z.strictObject({
      supply: z.enum(['CLOSED', 'OPEN', 'UNKNOWN']),
      at: restTime.nullable(),
      ageMs: z.number().int().nullable(),
    }),
    wanted: z.strictObject({
      supply: z.enum(['CONNECTED', 'DISCONNECTED']),
      command: z.string().nullable().meta({ description: 'The command that lives now.' }),
      commandState: commandStateSchema.nullable(),
    }),
    blocks: z.strictObject({
      reasons: z.array(supplyReasonSchema),
      protection: z.enum(['NONE', 'CREDIT', 'LIFE_SAFETY']),
      protectionOwner: z.string().nullable(),
      protectionPhone: z.string().nullable(),
      tags: z.array(z.strictObject({ by: z.string(), since: restTime, note: z.string() })),
      armedBy: z.string().nullable(),
    }),
    values: z.strictObject({
      at: restTime.nullable(),
      receivedAt: restTime.nullable(),
      ageMs: z.number().int().nullable().meta({ description: 'Since it was received.' }),
      register: restDecimal.nullable(),
      powerW: z.number().nullable(),
      voltageV: z.number().nullable(),
      currentA: z.number().nullable(),
      powerFactor: z.number().nullable(),
      flowM3h: z.number().nullable(),
      relay: z.union([z.literal(0), z.literal(1), z.null()]),
      valve: z.number().int().nullable(),
    }),
    limitW: z.number().int().nullable().meta({
      description: 'The point’s own figure as staff set it, whatever limit is in force; null: none.',
    }),
    limitInForceW: z
      .number()
      .int()
      .nullable()
      .meta({ description: 'The load limit by which load is judged; null: none.' }),
    limitSource: z.enum(['STAFF', 'RESIDENT']).nullable().meta({
      description:
        'Whose limit is in force: a resident’s own is in force where the meter was proven to have it and it is below the cap.',
    }),
    limitCapW: z.number().int().nullable().meta({
      description: 'What staff allow at most: the limit of the rule for the place, else `limitW`.',
    }),
    capacityW: z.number().int().nullable(),
  })
  .meta({ id: 'MeterPoint' });
export type RestMeterPoint = z.infer<typeof meterPointSchema>;

export const commandAction = z.enum([
  'disconnect',
  'connect',
  'arm',
  'setLimit',
  'read',
  'closeValve',
  'openValve',
]);
export type CommandAction = z.infer<typeof commandAction>;

export const commandRequest = z
  .strictObject({
    action: commandAction,
    reason: restReason,
    limitW: z
      .number()
      .int()
      .min(100)
      .max(1_000_000)
      .optional()
      .meta({ description: 'Load limit in W; needed by setLimit and by nothing else.' }),
    mappingConfirmed: z.boolean().optional().meta({
      description: 'Answers MAPPING_CHANGED: whoever asks has made sure that the new meter feeds this place.',
    }),
  })
  .superRefine((value, ctx) => {
    if (value.action === 'setLimit' && value.limitW === undefined) {
      ctx.addIssue({
        code: 'custom',
        path: ['limitW'],
        message: 'is needed by setLimit',
        params: { code: 'REQUIRED' },
      });
    }
    if (value.action !== 'setLimit' && value.limitW !== undefined) {
      ctx.addIssue({
        code: 'custom',
        path: ['limitW'],
        message: 'belongs to setLimit',
        params: { code: 'NOT_ALLOWED' },
      });
    }
  })
  .meta({ id: 'CommandRequest' });

export const commandAcceptedSchema = z
  .strictObject({
    id: z.string(),
    state: commandStateSchema,
    existing: z.boolean().meta({
      description:
        'True: the same was under way already; its id is returned. Of a restore: or a cut that had not gone out and is taken back.',
    }),
  })
  .meta({ id: 'CommandAccepted' });

export const holdLiftedSchema = z
  .strictObject({
    lifted: z
      .array(z.string().meta({ example: 'MANUAL' }))
      .min(1)
      .meta({ description: 'Reasons that hold the point no longer.' }),
  })
  .meta({ id: 'HoldLifted' });

export const holdAddedSchema = z
  .strictObject({
    held: z.string().meta({ example: 'MANUAL', description: 'The reason that holds the point off besides.' }),
  })
  .meta({ id: 'HoldAdded' });

/** A register reading on the display: not negative. */
const register = z
  .string()
  .regex(/^\d{1,12}(\.\d{1,6})?$/, 'must be a decimal as text, such as "4567.80"')
  .meta({ example: '4567.80' });

export const replaceRequest = z
  .strictObject({
    oldEndRegister: register.meta({ description: 'Last state of the old meter’s register.' }),
    meter: z.strictObject({
      code: restCode,
      serial: restText(64),
      startRegister: register.meta({ description: 'State of the new register when fitted.' }),
      gateway: restCode.nullable().optional(),
      phases: z.union([z.literal(1), z.literal(3)]).optional(),
      ctRatio: register.optional(),
      registerModulus: register.nullable().optional(),
      registerDecimals: z.number().int().min(0).max(6).optional(),
      imaxA: z.number().positive().max(100_000).optional(),
      qmaxM3h: z.number().positive().max(100_000).nullable().optional(),
      intervalS: z.number().int().min(1).max(86_400).optional(),
      hasRelay: z.boolean().optional(),
      profile: z
        .string()
        .regex(/^[a-z][A-Za-z0-9-]{0,31}$/, 'must be a profile name such as native')
        .optional(),
    }),
    confirmed: z
      .boolean()
      .optional()
      .meta({ description: 'A person has checked an end register above what the rating lets through.' }),
    at: restInstant.optional().meta({ description: 'When it was exchanged; default now.' }),
    reason: restReason,
  })
  .meta({ id: 'ReplaceRequest' });

export const replaceSchema = z
  .strictObject({
    point: restCode,
    oldMeter: restCode,
    newMeter: restCode,
    at: restTime,
    chargedQuantity: restDecimal.meta({ description: 'Charged up to the old meter’s end register.' }),
  })
  .meta({ id: 'Replaced' });

export const credentialSchema = z
  .strictObject({
    code: restCode,
    username: z.string(),
    password: z.string().meta({ description: 'MQTT password; never shown again.' }),
    signingKey: z.string().meta({ description: 'Key of the commands’ signatures; never shown again.' }),
    createdAt: restTime,
  })
  .meta({ id: 'Credential' });
