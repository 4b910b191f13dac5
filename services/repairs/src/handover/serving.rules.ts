import { Refusal } from '@aftercare/domain';

/** D-1: the refusal of what a dealer whose agreement has ended does no more. */
export function notServing(): Refusal {
  return new Refusal('failed_precondition', 'DEALER_NOT_ACTIVE', 'The agreement with this dealer has ended.', { status: 'terminated' });
}
