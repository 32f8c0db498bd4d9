import type { z } from 'zod';
import type { Problem } from '../../contracts/restCommon';
import type { DomainError, DomainErrorCode } from '../../domain/errors';

/** Refusals of the REST interface as RFC 9457 problems. Every word that a program may act on is in `code`. */

export type ProblemErrors = NonNullable<Problem['errors']>;
export type ProblemPart = NonNullable<ProblemErrors[number]['in']>;

/** Thrown by handlers and middleware; becomes the answer as it is. */
export class ProblemError extends Error {
  override name = 'ProblemError';
  constructor(
    readonly problem: Problem,
    readonly headers: Readonly<Record<string, string>> = {},
  ) {
    super(problem.title);
  }
}

const TITLES: Readonly<Record<number, string>> = {
  400: 'The request can not be read.',
  401: 'An API key is needed.',
  403: 'This is not allowed.',
  404: 'There is no such thing.',
  405: 'This method is not offered here.',
  409: 'This contradicts the present state.',
  413: 'The body is too large.',
  415: 'The body must be JSON.',
  422: 'The request breaks a rule.',
  429: 'Too many requests.',
  500: 'Something failed inside.',
  503: 'This is not available now.',
};

/** A problem of this status and code. */
export function problem(
  status: number,
  code: string,
  detail?: string,
  errors?: ProblemErrors,
  headers?: Readonly<Record<string, string>>,
): ProblemError {
  return new ProblemError(
    {
      type: `urn:wattkeep:problem:${code.toLowerCase().replaceAll('_', '-')}`,
      title: TITLES[status] ?? 'The request failed.',
      status,
      code,
      ...(detail === undefined ? {} : { detail }),
      ...(errors === undefined ? {} : { errors }),
    },
    headers,
  );
}

/** Status of a domain refusal. */
export function statusOf(code: DomainErrorCode): number {
  switch (code) {
    case 'notFound':
      return 404;
    case 'forbidden':
      return 403;
    case 'conflict':
      return 409;
    case 'invalid':
      return 422;
    case 'refused':
      return 409;
    case 'unavailable':
      return 503;
  }
}

/** A domain refusal as a problem; its field becomes an entry of `errors`. */
export function problemOfDomainError(error: DomainError): ProblemError {
  const { field, retryAfterS } = error.details;
  return problem(
    statusOf(error.code),
    error.reason,
    error.message,
    field === undefined
      ? undefined
      : [{ pointer: field, code: error.reason, detail: error.message, in: 'body' }],
    typeof retryAfterS === 'number' ? { 'Retry-After': String(retryAfterS) } : undefined,
  );
}

/** JSON pointer of a path, escaped as RFC 6901 asks. */
export function pointerOf(path: readonly PropertyKey[]): string {
  return path.map((step) => `/${String(step).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}

/** Entries of `errors` for what a schema found in `input`. */
export function errorsOfIssues(
  issues: readonly z.core.$ZodIssue[],
  part: ProblemPart,
  input: unknown,
): ProblemErrors {
  return issues.slice(0, MAX_ERRORS).flatMap((issue): ProblemErrors => {
    if (issue.code === 'unrecognized_keys') {
      return issue.keys.slice(0, MAX_ERRORS).map((key) => ({
        pointer: pointerOf([...issue.path, key]),
        code: 'UNKNOWN_FIELD',
        detail: 'is not known',
        in: part,
      }));
    }
    const missing = valueAt(input, issue.path) === undefined;
    const code = missing && issue.code !== 'custom' ? 'REQUIRED' : codeOfIssue(issue);
    return [
      { pointer: pointerOf(issue.path), code, detail: missing ? 'is missing' : issue.message, in: part },
    ];
  });
}

const MAX_ERRORS = 100;

function valueAt(input: unknown, path: readonly PropertyKey[]): unknown {
  let value = input;
  for (const step of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, step)) return undefined;
    value = (value as Record<PropertyKey, unknown>)[step];
  }
  return value;
}

function codeOfIssue(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case 'invalid_type':
      return 'WRONG_TYPE';
    case 'too_small':
      return 'TOO_SMALL';
    case 'too_big':
      return 'TOO_BIG';
    case 'invalid_format':
      return 'BAD_FORMAT';
    case 'invalid_value':
    case 'invalid_union':
      return 'NOT_ALLOWED';
    case 'custom': {
      const code: unknown = issue.params?.code;
      return typeof code === 'string' ? code : 'INVALID';
    }
    default:
      return 'INVALID';
  }
}
