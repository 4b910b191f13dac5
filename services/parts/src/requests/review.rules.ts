import { Refusal, isRealDate, isUnitPrice, lineAmount, taxOf, EXCLUSIONS, type Coverage, type RequestPurpose, type SupplyKind } from '@aftercare/domain';
import { quoteValidUntil } from './parts-request.rules.js';

/** A stored photo or paper. */
export interface Evidence {
  id: string;
  sha256: string;
}

/** The reviewer's entries for one line; empty text and empty lists where nothing was entered. */
export interface LineEntries {
  exclusion: string;
  exclusionCause: string;
  exclusionEvidence: readonly Evidence[];
  proofPurchaseDate: string;
  proofEvidence: readonly Evidence[];
  supplyKind: string;
  reject: boolean;
  reason: string;
}

/** Who pays is asked of customers only where the answer decides: not for a rejection, an own supply kind, or stock. */
export function needsVerdict(entries: LineEntries, purpose: RequestPurpose): boolean {
  return !entries.reject && entries.supplyKind === '' && purpose !== 'stock';
}

const OWN_KINDS: readonly string[] = ['gift', 'office', 'literature'] satisfies SupplyKind[];

/**
 * W-4, W-5, P-6: an exclusion stands with its cause and a photo, a proved purchase date with its photo, an own supply
 * kind and a rejection with a reason. Refuses EXCLUSION_UNKNOWN, EVIDENCE_MISSING, DATE_INVALID, SUPPLY_KIND_INVALID,
 * REASON_MISSING; `field` is the path of the line.
 */
export function checkEntries(entries: LineEntries, field: string): void {
  if (entries.exclusion !== '') {
    if (!(EXCLUSIONS as readonly string[]).includes(entries.exclusion)) throw invalid('EXCLUSION_UNKNOWN', `${field}.exclusion`);
    if (entries.exclusionCause.trim() === '') throw invalid('EVIDENCE_MISSING', `${field}.exclusionCause`);
    if (entries.exclusionEvidence.length === 0) throw invalid('EVIDENCE_MISSING', `${field}.exclusionEvidence`);
  }
  if (entries.proofPurchaseDate !== '') {
    if (!isRealDate(entries.proofPurchaseDate)) throw invalid('DATE_INVALID', `${field}.proofPurchaseDate`);
    if (entries.proofEvidence.length === 0) throw invalid('EVIDENCE_MISSING', `${field}.proofEvidence`);
  }
  if (entries.supplyKind !== '' && !OWN_KINDS.includes(entries.supplyKind)) throw invalid('SUPPLY_KIND_INVALID', `${field}.supplyKind`);
  if ((entries.reject || entries.supplyKind !== '') && entries.reason.trim() === '') throw invalid('REASON_MISSING', `${field}.reason`);
}

/**
 * W-4, W-1: a proved purchase lies before or on the day of the event and of the review; whether the unit had left the factory by then
 * is the registry's to say. Refuses DATE_IN_FUTURE, DATE_AFTER_EVENT.
 */
export function checkProofDay({ proofPurchaseDate: day }: Pick<LineEntries, 'proofPurchaseDate'>, days: { eventDate: string; today: string }, field: string): void {
  if (day === '') return;
  if (day > days.today) throw invalid('DATE_IN_FUTURE', `${field}.proofPurchaseDate`);
  if (day > days.eventDate) throw invalid('DATE_AFTER_EVENT', `${field}.proofPurchaseDate`);
}

/** What a review decides a line by. */
export interface LineFacts {
  purpose: RequestPurpose;
  quantity: number;
  /** The part requires its return. */
  returnRequired: boolean;
  /** Null where it was not asked. */
  coverage: Coverage | null;
  /** Dealer price of today; absent where none is published. */
  dealerPrice: string | undefined;
  /** Percent. */
  taxRate: string;
  /** Local day of the review. */
  today: string;
  quoteValidDays: number;
}

/** A price offered to the dealer, frozen from then on (P-5). */
export interface Quote {
  unitPrice: string;
  netAmount: string;
  taxAmount: string;
  quoteValidUntil: string;
}

export type ReviewDecision =
  | { outcome: 'rejected' }
  | { outcome: 'approved'; supplyKind: SupplyKind; returnDue: boolean }
  | { outcome: 'quoted'; supplyKind: 'charged'; quote: Quote };

/**
 * P-5, P-6: covered → free under warranty, its return due when the part requires one; not covered, and purpose stock
 * (W-6) → quoted at the dealer price of the day; gift, office and literature are free without return, but parts for stock are no gift:
 * only the supervisor makes them special. Refuses COVERAGE_UNKNOWN (proof must be entered, W-4), STOCK_IS_CHARGED and PRICE_MISSING.
 */
export function reviewLine(entries: LineEntries, facts: LineFacts): ReviewDecision {
  if (entries.reject) return { outcome: 'rejected' };
  if (entries.supplyKind === 'gift' && facts.purpose === 'stock') {
    throw new Refusal('failed_precondition', 'STOCK_IS_CHARGED', 'Parts for stock are charged unless the supervisor makes them special.');
  }
  if (entries.supplyKind !== '') return { outcome: 'approved', supplyKind: entries.supplyKind as SupplyKind, returnDue: false };
  if (facts.purpose !== 'stock') {
    if (facts.coverage === 'covered') return { outcome: 'approved', supplyKind: 'warranty', returnDue: facts.returnRequired };
    if (facts.coverage !== 'not_covered') {
      throw new Refusal('failed_precondition', 'COVERAGE_UNKNOWN', 'Whether the part is covered is unknown; enter proof of the purchase.');
    }
  }
  if (facts.dealerPrice === undefined) {
    throw new Refusal('failed_precondition', 'PRICE_MISSING', 'The part has no published price today.');
  }
  return { outcome: 'quoted', supplyKind: 'charged', quote: quoteOf(facts.dealerPrice, facts) };
}

/** P-5, F-2: a quote over a line, net and tax rounded each, holding the set days. */
export function quoteOf(unitPrice: string, facts: Pick<LineFacts, 'quantity' | 'taxRate' | 'today' | 'quoteValidDays'>): Quote {
  const netAmount = lineAmount(unitPrice, facts.quantity);
  return {
    unitPrice,
    netAmount,
    taxAmount: taxOf(netAmount, facts.taxRate),
    quoteValidUntil: quoteValidUntil(facts.today, facts.quoteValidDays),
  };
}

/** P-5: a special price is a price of up to 4 decimals below the quoted one. Refuses PRICE_INVALID. */
export function checkLowered(specialPrice: string, quotedPrice: string): void {
  if (isUnitPrice(specialPrice) && Number(specialPrice) < Number(quotedPrice)) return;
  throw invalid('PRICE_INVALID', 'specialPrice');
}

function invalid(reason: string, field: string): Refusal {
  return new Refusal('invalid_argument', reason, 'An entry of the review is missing or wrong.', { field });
}
