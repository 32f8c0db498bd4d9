import { noScope } from '../../db/queries/scope';
import { applyCommandAck } from '../../engine/applyCommandAck';
import { dispatchCommand, dueCommands, type OutgoingCommand } from '../../engine/dispatchCommand';
import type { ServiceCampus } from './serviceCampus';
import { testCampusDocument } from './testCampus';

const METER = 'M-101';
const GATEWAY = testCampusDocument.meters.find(({ code }) => code === METER)?.gateway;
const REPORT_MS = 10_000;

/** The student's room N-101: its meter, which reports and answers as the test says, and the student who asks for it. */
export class StudentRoom {
  /** Contact of the meter: 1 closed, 0 open. */
  relay: 0 | 1 = 1;
  private register = 1;

  constructor(private readonly campus: ServiceCampus) {}

  /** Ten seconds later the meter reports that its room draws `powerW`, W; nothing through an open contact. */
  async report(powerW: number): Promise<void> {
    this.campus.clock.advance(REPORT_MS);
    this.register += 0.001;
    await this.campus.measure(METER, this.register.toFixed(3), {
      relay: this.relay,
      powerW: this.relay === 1 ? powerW : 0,
      currentA: this.relay === 1 ? powerW / 230 : 0,
      voltageV: 230,
    });
  }

  /** What is due goes out, and the meter answers it. @param onSent sees each command as it goes out */
  async answer(
    state: 'done' | 'rejected' = 'done',
    onSent: (command: OutgoingCommand) => void = () => undefined,
  ): Promise<void> {
    const { database, ctx, clock } = this.campus;
    for (const command of await dueCommands(database, ctx, 50)) {
      const sent = await dispatchCommand(database, ctx, command.id, async (outgoing) => onSent(outgoing));
      if (sent !== 'SENT') continue;
      if (state === 'done')
        this.relay = command.op === 'connect' ? 1 : command.op === 'disconnect' ? 0 : this.relay;
      await applyCommandAck(database, ctx, {
        site: 'TC',
        senderCode: GATEWAY ?? METER,
        commandId: command.id,
        meterCode: METER,
        state,
        code: '',
        tsMs: clock.now(),
        rxMs: clock.now(),
        observed: {},
      });
    }
  }

  /** What is due goes out, the meter does it, and its readings show it. */
  async obey(): Promise<void> {
    await this.answer();
    await this.report(200);
    await this.report(200);
  }

  /** The student as a service is called by them: its dependencies, the caller, and their own room. */
  async student() {
    const caller = await this.campus.caller('student');
    const { personId } = caller.permission('VIEW_MONEY')!.scope;
    const at = new Date(this.campus.clock.now());
    const own = { code: 'N-101', scope: { ...noScope(caller.campus.id, at), personId } };
    return [this.campus.deps(caller), caller, own] as const;
  }
}
