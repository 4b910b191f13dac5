import { Refusal, compareUnitPrices, isUnitPrice } from '@aftercare/domain';

/** What one piece may have cost: no part costs more, and one slip of the keyboard would outweigh all other stock. */
const UNIT_COST_MAX = '1000000';

/** P-1, P-2: why this is no cost of one piece; undefined where it is one. */
export function unitCostRefusal(unitCost: string): 'PRICE_INVALID' | 'COST_TOO_HIGH' | undefined {
  if (!isUnitPrice(unitCost)) return 'PRICE_INVALID';
  return compareUnitPrices(unitCost, UNIT_COST_MAX) > 0 ? 'COST_TOO_HIGH' : undefined;
}

/** P-1, P-2: a cost has up to 4 decimals and is a million at most. Refuses PRICE_INVALID, COST_TOO_HIGH with the bound. */
export function checkUnitCost(unitCost: string, field: string): void {
  const reason = unitCostRefusal(unitCost);
  if (reason === 'PRICE_INVALID') throw new Refusal('invalid_argument', reason, 'A cost has up to 4 decimals.', { field });
  if (reason) throw new Refusal('invalid_argument', reason, 'No piece costs as much.', { field, max: UNIT_COST_MAX });
}
