import 'reflect-metadata';
import type { DiscoveryService } from '@nestjs/core';
import type { DescMessage, MessageShape } from '@bufbuild/protobuf';
import type { EntityManager } from 'typeorm';
import type { CallContext } from '../caller/call-context.js';

/** What is known of an event besides its payload. */
export interface EventMeta {
  eventId: string;
  /** Business time at which it was told, ISO 8601. */
  occurredAt: string;
  /** The listening service acting by itself, in the request that told the event. */
  ctx: CallContext;
}

export type EventHandler<E extends DescMessage> = (event: MessageShape<E>, em: EntityManager, meta: EventMeta) => Promise<void>;

/** An event among those that came together. */
export interface Heard<E extends DescMessage> {
  event: MessageShape<E>;
  meta: EventMeta;
}

export type EventsHandler<E extends DescMessage> = (heard: readonly Heard<E>[], em: EntityManager) => Promise<void>;

/** A method that hears an event, bound to its provider. */
export interface EventListener {
  schema: DescMessage;
  /** Class and method, for logs. */
  name: string;
  handle: EventHandler<DescMessage>;
  /** Of a listener that takes what came together at once. */
  handleTogether?: EventsHandler<DescMessage>;
}

const EVENT_METADATA = 'aftercare:on-event';
const EVENTS_METADATA = 'aftercare:on-events';

/**
 * Hears an event: `@OnEvent(PartsShippedSchema)` on a provider's method `(event, em, meta)`. The library opens the
 * transaction, remembers the event in the inbox and calls the method with the entity manager; it commits, then
 * acknowledges. So the effect happens once however often the event comes; events of different documents may come in any
 * order. A method that throws is called again, and after five failures the event becomes a dead letter.
 */
export function OnEvent<E extends DescMessage>(schema: E) {
  return function decorate<H extends EventHandler<E>>(_target: object, _key: string | symbol, descriptor: TypedPropertyDescriptor<H>): void {
    Reflect.defineMetadata(EVENT_METADATA, schema, descriptor.value as object);
  };
}

/**
 * As @OnEvent, for `(heard, em)` that takes what came together in one transaction: events of a kind that come in numbers
 * and only become rows. The transaction is nobody's request, so such a method neither audits nor announces. Where one of the
 * events fails, nothing of them is kept, and each is handed over by itself.
 */
export function OnEvents<E extends DescMessage>(schema: E) {
  return function decorate<H extends EventsHandler<E>>(_target: object, _key: string | symbol, descriptor: TypedPropertyDescriptor<H>): void {
    Reflect.defineMetadata(EVENTS_METADATA, schema, descriptor.value as object);
  };
}

/** All @OnEvent and @OnEvents methods of the application's providers and controllers. */
export function discoverEventListeners(discovery: DiscoveryService): EventListener[] {
  const single = discoverMethods<DescMessage>(discovery, EVENT_METADATA).map(({ metadata, name, method }) => ({
    schema: metadata,
    name,
    handle: method as EventHandler<DescMessage>,
  }));
  const together = discoverMethods<DescMessage>(discovery, EVENTS_METADATA).map(({ metadata, name, method }) =>
    togetherListener(metadata, name, method as EventsHandler<DescMessage>));
  return [...single, ...together];
}

/** A listener that takes one event as well as several. */
export function togetherListener(schema: DescMessage, name: string, handleTogether: EventsHandler<DescMessage>): EventListener {
  return { schema, name, handleTogether, handle: (event, em, meta) => handleTogether([{ event, meta }], em) };
}

/** The methods of all providers and controllers that carry this metadata, bound to their instance. */
export function discoverMethods<M>(
  discovery: DiscoveryService,
  key: string,
): { metadata: M; name: string; method: (...args: never[]) => Promise<void> }[] {
  const instances = new Set<object>();
  for (const { instance } of [...discovery.getProviders(), ...discovery.getControllers()]) {
    if (typeof instance === 'object' && instance !== null) instances.add(instance as object);
  }
  return [...instances].flatMap((instance) => methodsOf(instance).flatMap((methodName) => {
    const method = Reflect.get(instance, methodName) as (...args: never[]) => Promise<void>;
    const metadata = Reflect.getMetadata(key, method) as M | undefined;
    if (metadata === undefined) return [];
    return [{ metadata, name: `${instance.constructor.name}.${methodName}`, method: method.bind(instance) }];
  }));
}

function methodsOf(instance: object): string[] {
  const names = new Set<string>();
  for (let proto = Object.getPrototypeOf(instance); proto && proto !== Object.prototype; proto = Object.getPrototypeOf(proto)) {
    for (const [name, { value }] of Object.entries(Object.getOwnPropertyDescriptors(proto))) {
      if (name !== 'constructor' && typeof value === 'function') names.add(name);
    }
  }
  return [...names];
}
