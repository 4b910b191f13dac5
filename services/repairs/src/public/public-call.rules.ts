import { compareInstant, Refusal, type CallState } from '@aftercare/domain';
import type { StoredAttachment } from '../calls/call.entity.js';

/** What the customer reads of a call's state. */
export type PublicState = 'registered' | 'with_dealer' | 'technician_assigned' | 'technician_on_site' | 'repaired' | 'closed' | 'cancelled';

const WORDS: Record<CallState, PublicState> = {
  new: 'registered', received: 'with_dealer', assigned: 'technician_assigned', on_site: 'technician_on_site', resolved: 'repaired', confirmed: 'closed', filed: 'closed',
  cancelled: 'cancelled',
};

/** Calls of one unit that may wait for the clerk at the same time: a household needs one, a joker should not fill the list. */
const WAITING_MAX = 3;
/** Photos that one call from the label takes. */
const PHOTOS_MAX = 5;
const LINK_DAYS = 90;
const DAY_MS = 86_400_000;

export function publicState(state: CallState): PublicState {
  return WORDS[state];
}

/** the way of a call as its customer sees it: each change of what he reads, with its moment. */
export function publicSteps(events: readonly { toState: CallState; at: string }[]): { state: PublicState; at: string }[] {
  return events
    .map(({ toState, at }) => ({ state: publicState(toState), at }))
    .filter(({ state }, index, all) => index === 0 || all[index - 1].state !== state);
}

/** the public link takes no more calls of a unit while some wait to be routed. Refuses CALLS_TOO_MANY. */
export function refuseTooManyWaiting(waiting: number): void {
  if (waiting < WAITING_MAX) return;
  throw new Refusal('failed_precondition', 'CALLS_TOO_MANY', 'Calls of this product wait already; we call you back.', { max: WAITING_MAX });
}

/** the photos of a call with those sent for it once more, each once, five at most. Refuses PHOTOS_TOO_MANY. */
export function joinedPhotos(known: readonly StoredAttachment[], sent: readonly StoredAttachment[]): StoredAttachment[] {
  const photos = [...new Map([...known, ...sent].map(({ id, sha256 }) => [id, { id, sha256 }])).values()];
  if (photos.length > PHOTOS_MAX) {
    throw new Refusal('failed_precondition', 'PHOTOS_TOO_MANY', `A call has ${PHOTOS_MAX} photos at most.`, { field: 'photos', max: PHOTOS_MAX });
  }
  return photos;
}

/** until when a customer may look after his call. */
export function linkUntil(openedAt: string): string {
  return new Date(Date.parse(openedAt) + LINK_DAYS * DAY_MS).toISOString();
}

export function linkHolds(expiresAt: string, now: string): boolean {
  return compareInstant(now, expiresAt) < 0;
}
