import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  COMMAND_EVENTS,
  COMMAND_STATES,
  COMMAND_TABLE,
  type CommandEvent,
  type CommandState,
  commandStep,
  commandTrackState,
  eventOfAck,
  isTerminal,
  LIVE_COMMAND_STATES,
  newAttemptDelayMs,
} from './commandMachine';

const RUNS = process.env.WATTKEEP_TEST_SCALE === 'full' ? 1_000 : 100;

/** The whole table in one view: `-` ignored, `x` refused, else the first letters of the next state. */
const EXPECTED = `
                 APPROVE REJECT PUBLISH ACK_ACCEPTED ACK_DONE ACK_FAILED ACK_REJECTED ACK_EXPIRED ACK_DUP PROOF CONTRADICTION PROOF_TIMEOUT TIMEOUT EXPIRE SUPERSEDE CANCEL RESEND
PENDING_APPROVAL QUEUED CANCELLED x - - - - - - - - - - CANCELLED SUPERSEDED CANCELLED x
QUEUED x x SENT ACCEPTED EXECUTED FAILED FAILED EXPIRED EXECUTED - - - - EXPIRED SUPERSEDED CANCELLED x
SENT x x - ACCEPTED EXECUTED FAILED FAILED EXPIRED EXECUTED - - - FAILED_TIMEOUT FAILED_TIMEOUT SUPERSEDED x SENT
ACCEPTED x x - - EXECUTED FAILED FAILED EXPIRED EXECUTED VERIFIED - - FAILED_TIMEOUT FAILED_TIMEOUT SUPERSEDED x SENT
EXECUTED x x - - - - - - - VERIFIED - UNVERIFIED - - SUPERSEDED x x
VERIFIED x x - - - - - - - - - - - - - x x
UNVERIFIED x x - - - - - - - - - - - - - x x
FAILED x x - - - - - - - - - - - - - x x
FAILED_TIMEOUT x x - - - - - - - - - - - - - x x
EXPIRED x x - - - - - - - - - - - - - x x
CANCELLED x x - - - - - - - - - - - - - x x
SUPERSEDED x x - - - - - - - - - - - - - x x
`;

function expectedRows(): Map<string, Map<string, string>> {
  const [head, ...rows] = EXPECTED.trim().split('\n');
  const events = head!.trim().split(/\s+/);
  return new Map(
    rows.map((row) => {
      const [state, ...cells] = row.trim().split(/\s+/);
      return [state!, new Map(events.map((event, index) => [event, cells[index]!]))];
    }),
  );
}

it('every state answers every event as specified', () => {
  const expected = expectedRows();
  expect([...expected.keys()]).toEqual([...COMMAND_STATES]);
  for (const state of COMMAND_STATES)
    for (const event of COMMAND_EVENTS) {
      const cell = COMMAND_TABLE[state][event];
      const shown = cell === 'IGNORED' ? '-' : cell === 'REFUSED' ? 'x' : cell;
      expect([state, event, shown]).toEqual([state, event, expected.get(state)!.get(event)]);
    }
});

it('the terminal states are those of the specification', () => {
  expect(COMMAND_STATES.filter(isTerminal)).toEqual([
    'VERIFIED',
    'UNVERIFIED',
    'FAILED',
    'FAILED_TIMEOUT',
    'EXPIRED',
    'CANCELLED',
    'SUPERSEDED',
  ]);
  expect(LIVE_COMMAND_STATES).toEqual(['PENDING_APPROVAL', 'QUEUED', 'SENT', 'ACCEPTED', 'EXECUTED']);
});

describe('random histories', () => {
  const events = fc.array(fc.constantFrom(...COMMAND_EVENTS), { maxLength: 40 });
  const run = (start: CommandState, history: readonly CommandEvent[]): CommandState[] => {
    const states = [start];
    for (const event of history) {
      const step = commandStep(states.at(-1)!, event);
      states.push(step.outcome === 'MOVED' ? step.to : step.from);
    }
    return states;
  };

  it('no late, lost or repeated event brings a terminal command back', () => {
    fc.assert(
      fc.property(fc.constantFrom(...COMMAND_STATES), events, (start, history) => {
        const states = run(start, history);
        const end = states.findIndex(isTerminal);
        if (end >= 0) expect(new Set(states.slice(end)).size).toBe(1);
      }),
      { numRuns: RUNS },
    );
  });

  it('nothing unapproved is ever sent, and nothing is verified without proof after an answer of the meter', () => {
    fc.assert(
      fc.property(events, (history) => {
        const states = run('PENDING_APPROVAL', history);
        if (states.some((state) => !['PENDING_APPROVAL', 'CANCELLED', 'SUPERSEDED'].includes(state)))
          expect(history).toContain('APPROVE');
        const verified = states.indexOf('VERIFIED');
        if (verified < 0) return;
        expect(history[verified - 1]).toBe('PROOF');
        expect(['ACCEPTED', 'EXECUTED']).toContain(states[verified - 1]);
      }),
      { numRuns: RUNS },
    );
  });

  it('T6: an event delivered twice in a row does no more than once', () => {
    const machineEvents = COMMAND_EVENTS.filter((event) => event !== 'RESEND');
    fc.assert(
      fc.property(events, fc.constantFrom(...machineEvents), (history, event) => {
        const once = run('QUEUED', [...history, event]).at(-1);
        expect(run('QUEUED', [...history, event, event]).at(-1)).toBe(once);
      }),
      { numRuns: RUNS },
    );
  });

  it('every history that ends with expiry and the proof window leaves the live states', () => {
    fc.assert(
      fc.property(events, (history) => {
        expect(isTerminal(run('QUEUED', [...history, 'EXPIRE', 'PROOF_TIMEOUT']).at(-1)!)).toBe(true);
      }),
      { numRuns: RUNS },
    );
  });
});

it('the screen never says verified before it is, and shows both waiting states as acked', () => {
  expect(COMMAND_STATES.map((state) => [state, commandTrackState(state)])).toEqual([
    ['PENDING_APPROVAL', 'approval'],
    ['QUEUED', 'pending'],
    ['SENT', 'sent'],
    ['ACCEPTED', 'acked'],
    ['EXECUTED', 'acked'],
    ['VERIFIED', 'verified'],
    ['UNVERIFIED', 'mismatch'],
    ['FAILED', 'failed'],
    ['FAILED_TIMEOUT', 'timeout'],
    ['EXPIRED', 'expired'],
    ['CANCELLED', 'cancelled'],
    ['SUPERSEDED', 'superseded'],
  ]);
});

it('a repeated answer of the meter stands for the first result', () => {
  expect(eventOfAck('dup')).toBe('ACK_DUP');
  expect(eventOfAck('dup', 'done')).toBe('ACK_DUP');
  expect(eventOfAck('dup', 'failed')).toBe('ACK_FAILED');
  expect(eventOfAck('rejected', 'BAD_SIG')).toBe('ACK_REJECTED');
});

it('new attempts come after 5, 15, then every 60 min', () => {
  expect([1, 2, 3, 4, 9].map((n) => newAttemptDelayMs(n) / 60_000)).toEqual([5, 15, 60, 60, 60]);
});
