import { type ProblemErrors, pointerOf, problem } from './problem';

const MAX_DEPTH = 32;
const HALF_PAIR_OR_NUL = /\0|\p{Surrogate}/u;

/**
 * Parses a request body and refuses what no schema should have to think about: bad JSON, text that the database can't hold
 * (NUL, half a surrogate pair), numbers beyond any, nesting without end.
 * @throws ProblemError 400 or 422, naming the place
 */
export function parseJsonBody(text: string): unknown {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw problem(400, 'MALFORMED_JSON', 'The body is not valid JSON.', [
      { pointer: '', code: 'MALFORMED_JSON', in: 'body' },
    ]);
  }
  const errors: ProblemErrors = [];
  inspect(value, [], errors);
  if (errors.length > 0)
    throw problem(422, 'UNUSABLE_TEXT', 'The body holds values that can not be stored.', errors);
  return value;
}

function inspect(value: unknown, path: PropertyKey[], errors: ProblemErrors): void {
  if (errors.length >= 20) return;
  if (typeof value === 'string') {
    if (HALF_PAIR_OR_NUL.test(value)) errors.push(fault(path, 'TEXT_NOT_STORABLE'));
    return;
  }
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) errors.push(fault(path, 'NUMBER_TOO_LARGE'));
    return;
  }
  if (typeof value !== 'object' || value === null) return;
  if (path.length >= MAX_DEPTH) {
    errors.push(fault(path, 'TOO_DEEP'));
    return;
  }
  for (const [key, inner] of Object.entries(value)) {
    // The name itself can't be given back, so its parent is named.
    if (HALF_PAIR_OR_NUL.test(key)) errors.push(fault(path, 'TEXT_NOT_STORABLE'));
    else inspect(inner, [...path, key], errors);
  }
}

function fault(path: readonly PropertyKey[], code: string): ProblemErrors[number] {
  return { pointer: pointerOf(path), code, in: 'body' };
}

/** Whether a path or query text can be used at all. */
export function isStorableText(text: string): boolean {
  return !HALF_PAIR_OR_NUL.test(text);
}
