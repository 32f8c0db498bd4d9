import { type SwitchedPlace, searchFeeders, searchSpaces } from '../../../db/queries/placeSearch';
import { joinedScope } from '../../../db/queries/scope';
import type { Caller } from '../../auth/caller';
import type { Action } from '../../auth/permissions';
import type { ReadDeps } from '../deps';

const HITS = 12;

/**
 * Places or feeders that the caller may switch many points of, by words of their names or codes. Who may switch nothing finds
 * nothing; whether all of it may be switched in the asked direction is what the dry run says.
 */
export async function searchChoices(
  deps: ReadDeps,
  caller: Caller,
  { kind, text }: { readonly kind: 'SPACE' | 'FEEDER'; readonly text: string },
): Promise<SwitchedPlace[]> {
  const actions: readonly Action[] = kind === 'FEEDER' ? ['CUT_FEEDER', 'RESTORE'] : ['CUT', 'RESTORE'];
  const [first, ...more] = actions.flatMap((action) => {
    const right = caller.permission(action);
    return right && right.grant !== 'OWN_TAG' && right.grant !== 'OWN_ROOM' ? [right.scope] : [];
  });
  if (!first) return [];
  const search = kind === 'FEEDER' ? searchFeeders : searchSpaces;
  return search(deps.reader, joinedScope([first, ...more]), text, HITS);
}
