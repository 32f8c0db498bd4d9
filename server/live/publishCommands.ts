import type { CommandView } from '../../db/queries/commandViews';
import { reaches } from './audience';
import type { Channels } from './channels';
import type { LiveState } from './liveState';
import { liveCommand } from './shapes';

/** Sends each command with all of its steps at once to whoever may see it. */
export function publishCommands(
  channels: Channels,
  state: LiveState,
  campusId: number,
  commands: readonly CommandView[],
): void {
  for (const channel of channels.listened(campusId)) {
    const { kind, room, audience } = channel;
    if (kind !== 'commands' && kind !== 'building' && kind !== 'room') continue;
    for (const command of commands) {
      if (!reaches(audience.commands, command.spaceId)) continue;
      if (kind !== 'commands' && !state.commandIsIn(command, room)) continue;
      const shown = liveCommand(command);
      if (shown) channels.sendCommand(channel, shown);
    }
  }
}
