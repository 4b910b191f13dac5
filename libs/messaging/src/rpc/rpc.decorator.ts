import { Catch, UseFilters, type RpcExceptionFilter } from '@nestjs/common';
import { Ctx, MessagePattern, Payload } from '@nestjs/microservices';
import type { DescMessage, DescMethod, DescService, MessageInitShape, MessageShape } from '@bufbuild/protobuf';
import { throwError, type Observable } from 'rxjs';
import type { CallContext } from '../caller/call-context.js';

/** A reply that already is the output message's JSON, as a list built by json_agg; it is passed on unparsed. */
export class JsonText {
  constructor(readonly text: string) {}
}

/** The methods a class must have to serve all rpcs of a service: a missing one or a wrong type does not compile. */
export type Handlers<S extends { method: Record<string, Pick<DescMethod, 'input' | 'output'>> }> = {
  [K in keyof S['method']]: (
    request: MessageShape<S['method'][K]['input']>,
    ctx: CallContext,
  ) => Promise<MessageInitShape<S['method'][K]['output']> | JsonText>;
};

/** Hands every error to the bus server as it was thrown; Nest's own filter would replace it by a text. */
@Catch()
export class RethrowFilter implements RpcExceptionFilter<unknown> {
  catch(exception: unknown): Observable<never> {
    return throwError(() => exception);
  }
}

const RPC_METHOD = 'rpcMethod';

/** What the bus server must know of a handler: its descriptor, from which subject and types follow. */
export function rpcMethodOf(extras: Record<string, unknown> | undefined): DescMethod | undefined {
  return extras?.[RPC_METHOD] as DescMethod | undefined;
}

/** The pattern under which Nest keeps a handler; the instance of a common service is added when subscribing. */
export function rpcPattern(method: Pick<DescMethod, 'name' | 'parent'>): string {
  return `rpc.${(method.parent as DescService).typeName}.${method.name}`;
}

/**
 * Serves an rpc: `@Rpc(PartsService.method.submitRequest)` on a controller's method `(request, ctx)`.
 * The request has been decoded and the caller verified; what is returned is encoded as the output message.
 */
export function Rpc<I extends DescMessage, O extends DescMessage>(method: DescMethod & { input: I; output: O }) {
  return function decorate<F extends (request: MessageShape<I>, ctx: CallContext) => Promise<MessageInitShape<O> | JsonText>>(
    target: object,
    key: string | symbol,
    descriptor: TypedPropertyDescriptor<F>,
  ): void {
    // Nest hands over the context only where parameter decorators ask for it.
    Payload()(target, key, 0);
    Ctx()(target, key, 1);
    UseFilters(RethrowFilter)(target, key, descriptor);
    MessagePattern(rpcPattern(method), { [RPC_METHOD]: method })(target, key, descriptor);
  };
}
