import { createHmac } from 'node:crypto';
import {
  buildCommandBody,
  buildCommandPayload,
  COMMAND_OPS,
  parseAckPayload,
  parseEventPayload,
  parseStatusPayload,
} from '../../contracts/mqttMessages';
import { parseDataPayload } from '../../contracts/mqttPayloads';
import { downTopic, type ParsedTopic } from '../../contracts/mqttTopics';
import { type FieldProblem, isProblem } from '../../contracts/payloadFields';
import { type CommandBody, type HmacSha256Hex, signCommand } from '../../domain/supply/commandSignature';
import type { OutgoingCommand } from '../../engine/dispatchCommand';
import type { Publication } from '../sources/source';
import type { MeterMessage, MeterProfile, ProfileInput, ProfileRefusal } from './profile';

const hmacSha256Hex: HmacSha256Hex = (key, text) =>
  createHmac('sha256', key).update(text, 'utf8').digest('hex');

/** How long a request for a reading is worth answering, ms. */
const READ_LIFE_MS = 60_000;

/** Our own dialect (docs/mqtt.md): the topic says who speaks, commands are signed and expire. */
export const nativeProfile: MeterProfile<ParsedTopic> = {
  name: 'native',
  checksExpiry: true,

  read({ payload }: ProfileInput, topic: ParsedTopic): MeterMessage[] {
    switch (topic.stream) {
      case 'DATA':
        return [{ kind: 'DATA', data: parseDataPayload(payload, topic) }];
      case 'STATUS': {
        const status = parseStatusPayload(payload);
        return [isProblem(status) ? refusal(status) : { kind: 'STATUS', status }];
      }
      case 'EVENT': {
        const event = parseEventPayload(payload);
        return [isProblem(event) ? refusal(event) : { kind: 'EVENT', event }];
      }
      case 'ACK': {
        const ack = parseAckPayload(payload);
        return [isProblem(ack) ? refusal(ack) : { kind: 'ACK', ack }];
      }
      case 'RAW':
        return [
          {
            kind: 'REFUSED',
            reason: 'RAW_NOT_SUPPORTED',
            field: null,
            detail: 'no profile reads transparent frames',
          },
        ];
      case 'CMD':
      case 'TIME':
        return [
          { kind: 'REFUSED', reason: 'UNKNOWN_TOPIC', field: null, detail: 'this topic goes down, not up' },
        ];
    }
  },

  command(command: OutgoingCommand): Publication[] | ProfileRefusal {
    const op = COMMAND_OPS.find((known) => known === command.op);
    if (op === undefined) return { refused: 'UNKNOWN_OP' };
    if (command.signingKey === null) return { refused: 'NO_SIGNING_KEY' };
    const body = buildCommandBody({
      commandId: command.id,
      meterCode: command.meterCode,
      op,
      // A jsonb column holds nothing but JSON, which has a canonical form.
      args: command.args as CommandBody['args'],
      // Kept from the first send, so that a resend is the same text.
      iatMs: command.issuedMs ?? command.createdMs,
      expMs: command.expiresMs,
      why: command.cause,
    });
    return [signedPublication(command, body, command.signingKey)];
  },

  askReading(command: OutgoingCommand, _topic: ParsedTopic, requestId: string, nowMs: number): Publication[] {
    if (command.signingKey === null) return [];
    const body = buildCommandBody({
      commandId: requestId,
      meterCode: command.meterCode,
      op: 'read',
      args: {},
      iatMs: nowMs,
      expMs: nowMs + READ_LIFE_MS,
      why: 'proof',
    });
    return [signedPublication(command, body, command.signingKey)];
  },
};

function signedPublication(
  { site, nodeKind, nodeCode }: OutgoingCommand,
  body: CommandBody,
  key: string,
): Publication {
  return {
    topic: downTopic(site, nodeKind, nodeCode, 'CMD'),
    payload: buildCommandPayload(signCommand(body, key, hmacSha256Hex)),
    qos: 1,
    expiresMs: body.exp,
  };
}

function refusal(problem: FieldProblem): MeterMessage {
  return { kind: 'REFUSED', reason: problem.code, field: problem.field, detail: problem.message };
}
