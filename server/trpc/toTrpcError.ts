import { TRPCError } from '@trpc/server';
import type { TRPC_ERROR_CODE_KEY } from '@trpc/server/rpc';
import { DomainError, type DomainErrorCode } from '../../domain/errors';

function codeOf(code: DomainErrorCode): TRPC_ERROR_CODE_KEY {
  switch (code) {
    case 'notFound':
      return 'NOT_FOUND';
    case 'forbidden':
      return 'FORBIDDEN';
    case 'conflict':
      return 'CONFLICT';
    case 'invalid':
      return 'BAD_REQUEST';
    case 'refused':
      return 'PRECONDITION_FAILED';
    case 'unavailable':
      return 'SERVICE_UNAVAILABLE';
  }
}

/** A refusal as tRPC's error; anything else becomes an error that says nothing of the inside. */
export function toTrpcError(error: unknown): TRPCError {
  if (error instanceof TRPCError) {
    return error.cause instanceof DomainError ? toTrpcError(error.cause) : error;
  }
  if (error instanceof DomainError) {
    return new TRPCError({ code: codeOf(error.code), message: error.message, cause: error });
  }
  return new TRPCError({ code: 'INTERNAL_SERVER_ERROR', message: 'Something failed inside.', cause: error });
}
