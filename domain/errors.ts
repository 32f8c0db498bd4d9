/** Closed list of the ways in which the product refuses. `toTrpcError` and the REST layer map them by exhaustive switch. */
export type DomainErrorCode = 'notFound' | 'forbidden' | 'conflict' | 'invalid' | 'refused' | 'unavailable';

/**
 * A refusal that a person may read. `reason` is a stable UPPER_SNAKE word that screens and integrators translate
 * (e.g. `LIFE_SAFETY`, `OFFLINE`, `MAINTENANCE_TAG`); `field` is the JSON pointer of the offending input, if one is.
 */
export class DomainError extends Error {
  constructor(
    readonly code: DomainErrorCode,
    readonly reason: string,
    message: string,
    readonly details: { field?: string; [key: string]: string | number | boolean | undefined } = {},
  ) {
    super(message);
    this.name = 'DomainError';
  }
}

/** Shorthand for an input that breaks a rule; `field` is a JSON pointer such as `/meters/3/serial`. */
export function invalid(field: string, reason: string, message: string): DomainError {
  return new DomainError('invalid', reason, message, { field });
}
