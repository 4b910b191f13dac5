import { Refusal, checkWithinYear, compareUnitPrices, defineSteps, isRealDate, isUnitPrice } from '@aftercare/domain';

export type PriceListState = 'draft' | 'published' | 'withdrawn';

/** The life of a price list (F-7): published prices never change, a new list takes their place; a draft may be withdrawn. */
export const priceListSteps = defineSteps<PriceListState, 'publish' | 'withdraw'>({
  initial: 'draft',
  steps: { publish: { from: ['draft'], to: 'published' }, withdraw: { from: ['draft'], to: 'withdrawn' } },
  final: ['published', 'withdrawn'],
});

export interface DraftPrices {
  effectiveFrom: string;
  lines: { partId: string; dealerPrice: string; suggestedPrice: string }[];
}

/**
 * F-7: a draft holds from today or later, within a year, and names each part once with prices of up to 4 decimals. Refuses
 * PRICES_MISSING, DATE_INVALID, DATE_IN_PAST, DATE_TOO_FAR, PRICE_INVALID, PART_DOUBLE.
 */
export function checkDraft(draft: DraftPrices, today: string): void {
  if (!isRealDate(draft.effectiveFrom)) throw invalid('DATE_INVALID', 'effectiveFrom', 'This is not a calendar date.');
  if (draft.effectiveFrom < today) throw invalid('DATE_IN_PAST', 'effectiveFrom', 'A price list holds from today or a later day.');
  checkWithinYear('effectiveFrom', draft.effectiveFrom, today);
  if (draft.lines.length === 0) throw invalid('PRICES_MISSING', 'lines', 'A price list has at least one line.');
  const seen = new Set<string>();
  draft.lines.forEach((line, index) => {
    if (!isUnitPrice(line.dealerPrice)) throw invalid('PRICE_INVALID', `lines[${index}].dealerPrice`, 'A price has up to 4 decimals.');
    if (!isUnitPrice(line.suggestedPrice)) throw invalid('PRICE_INVALID', `lines[${index}].suggestedPrice`, 'A price has up to 4 decimals.');
    if (seen.has(line.partId)) throw invalid('PART_DOUBLE', `lines[${index}].partId`, 'A part stands once in a price list.');
    seen.add(line.partId);
  });
}

/**
 * F-7: the supervisor publishes what somebody else drafted, on its first day at the latest: no price changes for days that have passed.
 * Refuses STEP_NOT_ALLOWED, APPROVER_IS_REQUESTER, FIRST_DAY_PAST.
 */
export function publish(list: { state: PriceListState; draftedBy: string; effectiveFrom: string }, by: { userId: string; today: string }): PriceListState {
  const state = priceListSteps.next('publish', list.state);
  if (list.draftedBy === by.userId) {
    throw new Refusal('permission_denied', 'APPROVER_IS_REQUESTER', 'Prices are published by somebody other than who drafted them.');
  }
  if (list.effectiveFrom < by.today) throw new Refusal('failed_precondition', 'FIRST_DAY_PAST', 'The day from which it was to hold has passed.', { effectiveFrom: list.effectiveFrom });
  return state;
}

/** What a list does to the price of a part. */
export type PriceChange = 'new' | 'raised' | 'lowered' | 'suggested_only' | 'same';

interface Prices {
  dealerPrice: string;
  suggestedPrice: string;
}

/** F-7: a line beside what holds on the list's first day without it; `null` where nothing does. */
export function priceChange(line: Prices, present: Prices | null): PriceChange {
  if (present === null) return 'new';
  const order = compareUnitPrices(line.dealerPrice, present.dealerPrice);
  if (order !== 0) return order > 0 ? 'raised' : 'lowered';
  return compareUnitPrices(line.suggestedPrice, present.suggestedPrice) === 0 ? 'same' : 'suggested_only';
}

function invalid(reason: string, field: string, message: string): Refusal {
  return new Refusal('invalid_argument', reason, message, { field });
}
