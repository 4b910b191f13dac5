import 'reflect-metadata';
import type { DiscoveryService } from '@nestjs/core';
import type { EntityManager } from 'typeorm';
import type { CallContext } from '../caller/call-context.js';
import { discoverMethods } from '../events/on-event.js';
import type { Deadline } from './deadline.js';

export type DeadlineHandler = (deadline: Deadline, em: EntityManager, ctx: CallContext) => Promise<void>;

/** A method that acts when a deadline comes, bound to its provider. */
export interface DeadlineListener {
  kind: string;
  /** Class and method, for logs. */
  name: string;
  handle: DeadlineHandler;
}

const DEADLINE_METADATA = 'aftercare:on-deadline';

/**
 * Acts when a deadline of this kind has come on the business clock: `@OnDeadline('call-warning')` on a provider's method
 * `(deadline, em, ctx)`. It runs in a transaction of its own together with the mark that it has fired, so it fires once;
 * it may schedule the same deadline again. A method that throws is called again later.
 */
export function OnDeadline(kind: string) {
  return function decorate<H extends DeadlineHandler>(_target: object, _key: string | symbol, descriptor: TypedPropertyDescriptor<H>): void {
    Reflect.defineMetadata(DEADLINE_METADATA, kind, descriptor.value as object);
  };
}

/** All @OnDeadline methods of the application's providers and controllers; each kind has one. */
export function discoverDeadlineListeners(discovery: DiscoveryService): DeadlineListener[] {
  return discoverMethods<string>(discovery, DEADLINE_METADATA).map(({ metadata, name, method }) => ({
    kind: metadata,
    name,
    handle: method as DeadlineHandler,
  }));
}
