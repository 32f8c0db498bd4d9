import { z } from 'zod';
import { codeField } from './importFields';

/**
 * What the calls of `/api/v1` share. The same schemas parse requests, and make the OpenAPI document. Amounts and
 * quantities are decimal text with six decimals, times RFC 3339 with the offset of the campus.
 */

export const restCode = codeField.meta({
  description: 'Code as known on site, unique within the campus.',
  example: 'A-7-412',
});

/** Money or quantity with exactly six decimals. */
export const restDecimal = z
  .string()
  .regex(/^-?\d+\.\d{6}$/)
  .meta({ description: 'Decimal with six places.', example: '12.345678' });

export const restTime = z.string().meta({
  description: 'RFC 3339 with the offset of the campus.',
  example: '2025-09-10T08:00:00.000+08:00',
});

const INSTANT = /^(\d{4})-(\d{2})-(\d{2})T\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:\d{2})$/;

/** An instant asked for; years 2000 to 2099, offset required. */
export const restInstant = z
  .string()
  .refine((value) => {
    const match = INSTANT.exec(value);
    if (!match || !(match[1]! >= '2000' && match[1]! < '2100')) return false;
    const day = Date.parse(`${match[1]}-${match[2]}-${match[3]}T00:00:00Z`);
    // Date.parse takes 31 February for 3 March.
    return new Date(day).getUTCDate() === Number(match[3]) && Number.isFinite(Date.parse(value));
  }, 'must be a time with offset such as 2025-09-10T08:00:00+08:00')
  .meta({ description: 'RFC 3339 with an offset.', example: '2025-09-10T08:00:00+08:00' });

const STORABLE = /^[^\0\p{Surrogate}]*$/u;
/** Free text of at most `maxLength` characters with something to read in it. */
export function restText(maxLength: number) {
  return z
    .string()
    .min(1)
    .max(maxLength)
    .regex(STORABLE, 'must hold neither NUL nor half a surrogate pair')
    .regex(/\S/, 'must not be empty');
}

/** Why something is done; kept with it. */
export const restReason = restText(200).meta({
  description: 'Why; kept with the act.',
  example: 'Room vacated',
});

/** Lists: `limit` rows from `cursor` on. */
export const pageQuery = z.strictObject({
  cursor: z.string().min(1).max(400).optional().meta({ description: '`nextCursor` of the page before.' }),
  limit: z
    .string()
    .regex(/^([1-9]|[1-9]\d|[1-4]\d\d|500)$/, 'must be a whole number from 1 to 500')
    .optional()
    .meta({ description: 'Rows at most, 1 to 500; default 100.', example: '100' }),
});

export const DEFAULT_PAGE = 100;

/** One page of a list, newest first unless said otherwise. */
export function pageOf<T extends z.ZodType>(item: T) {
  return z.strictObject({
    items: z.array(item),
    nextCursor: z.string().nullable().meta({ description: 'Null on the last page.' }),
  });
}

/** RFC 9457. `code` is a stable word; `errors` names each offending field of the request. */
export const problemSchema = z
  .object({
    type: z.string().meta({ example: 'urn:wattkeep:problem:refused' }),
    title: z.string(),
    status: z.number().int(),
    detail: z.string().optional(),
    code: z.string().meta({ description: 'Stable UPPER_SNAKE word.', example: 'LIFE_SAFETY' }),
    errors: z
      .array(
        z.object({
          pointer: z
            .string()
            .meta({ description: 'JSON pointer into the body or the parameters.', example: '/amount' }),
          code: z.string().meta({ example: 'NOT_A_MULTIPLE_OF_CENT' }),
          detail: z.string().optional(),
          in: z.enum(['body', 'query', 'path', 'header']).optional(),
        }),
      )
      .optional(),
    requestId: z.string().optional(),
  })
  .meta({ id: 'Problem' });
export type Problem = z.infer<typeof problemSchema>;

/** What an API key may do. */
export const keyScopeSchema = z.enum(['read', 'vend', 'control', 'import', 'admin']);
export type KeyScope = z.infer<typeof keyScopeSchema>;
export const KEY_SCOPES = keyScopeSchema.options;
