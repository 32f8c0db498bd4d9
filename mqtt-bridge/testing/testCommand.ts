import type { OutgoingCommand } from '../../engine/dispatchCommand';

/** A queued cut for credit of meter E0301 behind gateway G1, with what the test changes. */
export function testCommand(changes: Partial<OutgoingCommand> = {}): OutgoingCommand {
  return {
    id: '01J7ZK3V8N4QK6T2M9R5W1X0YB',
    campusId: 1,
    pointId: 1,
    meterId: 1,
    op: 'disconnect',
    args: {},
    state: 'QUEUED',
    cause: 'ARREARS',
    why: 'ARREARS',
    actor: 'engine',
    automatic: true,
    createdMs: 1_757_462_400_000,
    notBeforeMs: 1_757_462_400_000,
    expiresMs: 1_757_462_520_000,
    issuedMs: 1_757_462_400_000,
    sentMs: null,
    sends: 0,
    acceptedMs: null,
    executedMs: null,
    finishedMs: null,
    dueMs: null,
    resultCode: null,
    observed: null,
    originId: null,
    site: 'north',
    nodeKind: 'GATEWAY',
    nodeCode: 'G1',
    meterCode: 'E0301',
    utility: 'ELECTRICITY',
    profile: 'native',
    signingKey: 'gw-secret-01',
    ...changes,
  };
}
