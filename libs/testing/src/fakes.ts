import { create, toJsonString } from '@bufbuild/protobuf';
import type { DescMessage, DescMethod, DescService, MessageInitShape } from '@bufbuild/protobuf';
import { headers as newHeaders, type Msg, type Subscription } from '@nats-io/transport-node';
import {
  contextFromHeaders,
  decodeBody,
  errorToWire,
  HEADER,
  IdentityVerifier,
  JsonText,
  rpcSubject,
  ServiceError,
  toServiceError,
  type Bus,
  type CallContext,
  type Handlers,
} from '@aftercare/messaging';

/** A service that does not run in this spec; the handlers it needs are answered in its place, on the real bus. */
export interface Fake {
  service: DescService;
  handlers: Record<string, unknown>;
  /** Which process of a common service is played. */
  instance?: string;
}

/** A typed stand-in: what is not given is answered `unimplemented`; handlers may be exchanged while the spec runs. */
export function fake<S extends DescService>(service: S, handlers: Partial<Handlers<S>>, instance?: string): Fake {
  return { service, handlers, instance };
}

type AnyHandler = (request: unknown, ctx: CallContext) => Promise<unknown>;

/** Lets a fake answer on a bus. */
export function serveFake(bus: Bus, given: Fake, trusted: Record<string, string>): Subscription[] {
  const verifier = new IdentityVerifier(trusted);
  return given.service.methods.map((method) =>
    bus.connection.nats.subscribe(bus.connection.subject(rpcSubject(method, given.instance)), {
      queue: 'fake',
      callback: (error, message) => {
        if (!error) void respond(given, method, verifier, message);
      },
    }),
  );
}

async function respond(given: Fake, method: DescMethod, verifier: IdentityVerifier, message: Msg): Promise<void> {
  try {
    const handler = given.handlers[method.localName] as AnyHandler | undefined;
    if (!handler) throw new ServiceError('unimplemented', 'NOT_FAKED', `The spec does not answer ${method.name}.`);
    const answer = await handler(decodeBody(method.input, message.data), contextFromHeaders(message.headers, verifier));
    message.respond(answer instanceof JsonText ? answer.text : encode(method.output, answer));
  } catch (error) {
    const headers = newHeaders();
    headers.set(HEADER.error, '1');
    message.respond(errorToWire(toServiceError(error)), { headers });
  }
}

function encode(schema: DescMessage, answer: unknown): string {
  return toJsonString(schema, create(schema, (answer ?? {}) as MessageInitShape<DescMessage>), { alwaysEmitImplicit: true });
}
