import { actorNames } from '../../../db/queries/actorNames';
import type { Source } from '../../../db/queries/scope';
import { DomainError } from '../../../domain/errors';

/** Runs an act; a refusal that knows a person by id alone (whose tag hangs, who has the panel open) names them instead. */
export async function namedRefusal<Outcome>(reader: Source, act: () => Promise<Outcome>): Promise<Outcome> {
  try {
    return await act();
  } catch (error) {
    if (!(error instanceof DomainError) || typeof error.details.heldBy !== 'string') throw error;
    const { heldBy, ...details } = error.details;
    const name = (await actorNames(reader, [heldBy])).get(heldBy);
    throw new DomainError(error.code, error.reason, error.message, {
      ...details,
      ...(name === undefined ? {} : { heldBy: name }),
    });
  }
}
