import type { EventName } from './gen/events.js';

/** Who tells an event and who acts on it. Services are named as in `runService({ name })`. */
export interface EventRoute {
  /** The services that announce it; one but for NoticeRequested, which any service may tell. */
  teller: string | readonly string[];
  /** The services with an @OnEvent for it. The teller's reconciler asks each whether the event arrived. */
  listeners: readonly string[];
  /** Required when nobody listens: what the event is told for. */
  why?: string;
}

/**
 * The routes of all events. The reconciler of `libs/messaging` heals a wiped broker from it,
 * and an architecture spec proves that it equals the code.
 */
export const eventMap: { readonly [Name in EventName]?: EventRoute } = {};
