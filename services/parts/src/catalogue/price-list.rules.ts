import { Refusal, checkWithinYear, defineSteps, isRealDate, isUnitPrice } from '@aftercare/domain';

export type PriceListState = 'draft' | 'published';

/** The life of a price list (F-7): published prices never change, a new list takes their place. */
export const priceListSteps = defineSteps<PriceListState, 'publish'>({
  initial: 'draft',
  steps: { publish: { from: ['draft'], to: 'published' } },
  final: ['published'],
});

export interface DraftPrices {
  effectiveFrom: string;
  lines: { partId: string; dealerPrice: string; suggestedPrice: string }[];
}

/**
 * F-7: a draft holds from today or later, within a year, and names each part once with prices of up to 4 decimals. Refuses
 * PRICES_MISSING, DATE_INVALID, DATE_TOO_FAR, PRICE_INVALID, PART_DOUBLE.
 */
export function checkDraft(draft: DraftPrices, today: string): void {
  if (!isRealDate(draft.effectiveFrom) || draft.effectiveFrom < today) {
    throw invalid('DATE_INVALID', 'effectiveFrom', 'A price list holds from today or a later day.');
  }
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

/** F-7: the supervisor publishes what somebody else drafted. Refuses STEP_NOT_ALLOWED, APPROVER_IS_REQUESTER. */
export function publish(list: { state: PriceListState; draftedBy: string }, userId: string): PriceListState {
  const state = priceListSteps.next('publish', list.state);
  if (list.draftedBy === userId) {
    throw new Refusal('permission_denied', 'APPROVER_IS_REQUESTER', 'Prices are published by somebody other than who drafted them.');
  }
  return state;
}

function invalid(reason: string, field: string, message: string): Refusal {
  return new Refusal('invalid_argument', reason, message, { field });
}
