import type { DescMessage } from '@bufbuild/protobuf';
import { HEADER } from '@aftercare/messaging';
import { headers as newHeaders, type MsgHdrs } from '@nats-io/transport-node';

/** A message that nobody can read. */
export interface Poison {
  kind: string;
  body: Uint8Array | string;
  headers: MsgHdrs | undefined;
}

/** What a good message carries, and the two headers that poison spoils. */
interface Carried {
  good: () => MsgHdrs;
  spoiled: [name: string, value: string][];
}

const HUGE = 4_000;
const DEEP = 2_000;

/** Twelve kinds of poison for a message of this shape: bodies that are none of it, and good ones with headers that are none. */
export function poisonOf(schema: DescMessage, { good, spoiled }: Carried): Poison[] {
  const field = schema.fields.find(({ fieldKind }) => fieldKind === 'scalar') ?? schema.fields[0];
  // Fields that are not known are a newer teller's, so that a value is only wrong in one that is; a message without any is no object.
  const within = (value: string): string => (field ? `{"${field.jsonName}":${value}}` : value);
  const prototype = `{"__proto__":{"a":1},"constructor":1${field ? `,"${field.jsonName}":[[1]]` : ''}}`;
  const kept = (kind: string, body: Uint8Array | string): Poison => ({ kind, body, headers: good() });
  return [
    kept('bad JSON', '{bad'),
    kept('an empty body', ''),
    kept('bytes that are no text', Uint8Array.from([0xff, 0xfe, 0x00, 0x01])),
    kept('wrong types', within(field?.fieldKind === 'scalar' ? '{"a":1}' : '7')),
    kept('a huge wrong value', within(`[[${'1,'.repeat(HUGE)}1]]`)),
    kept('deep nesting', within(`${'['.repeat(DEEP)}${']'.repeat(DEEP)}`)),
    kept('a prototype', field ? prototype : `[${prototype}]`),
    kept('an array', '[]'),
    kept('a number', '42'),
    { kind: 'no headers', body: '{}', headers: undefined },
    ...spoiled.map(([name, value]) => ({ kind: `a bad ${name}`, body: '{}', headers: withHeader(good(), name, value) })),
  ];
}

function withHeader(headers: MsgHdrs, name: string, value: string): MsgHdrs {
  headers.set(name, value);
  return headers;
}

/** The headers of a call by somebody whom the gateway vouches for. */
export function callCarries(identity: string): Carried {
  const good = (): MsgHdrs => withHeader(newHeaders(), HEADER.identity, identity);
  return { good, spoiled: [[HEADER.identity, '%%%'], [HEADER.identity, `${identity.split('.')[0]}.${'A'.repeat(86)}`]] };
}

/** The headers of an event. */
export function eventCarries(eventId: () => string): Carried {
  const good = (): MsgHdrs => withHeader(withHeader(newHeaders(), HEADER.eventId, eventId()), HEADER.occurredAt, new Date().toISOString());
  return { good, spoiled: [[HEADER.eventId, 'not-an-id'], [HEADER.occurredAt, 'yesterday']] };
}
