/**
 * The closed lists of the business, as data and as types. A list here is complete: a value outside it is refused.
 */

/** Who signs in, domain section 1. A customer has no account and therefore no role. */
export const ROLES = [
  'service_clerk',
  'service_supervisor',
  'warehouse_keeper',
  'finance_clerk',
  'quality_engineer',
  'admin',
  'auditor',
  'dealer_manager',
  'dealer_technician',
] as const;
export type Role = (typeof ROLES)[number];

export const DEALER_ROLES = ['dealer_manager', 'dealer_technician'] as const satisfies readonly Role[];
export type DealerRole = (typeof DEALER_ROLES)[number];

/** True for the roles whose users belong to a dealer and see only its documents. */
export function isDealerRole(role: string): role is DealerRole {
  return (DEALER_ROLES as readonly string[]).includes(role);
}

/** D-1 */
export const DEALER_STATUSES = ['applicant', 'active', 'suspended', 'terminated'] as const;
export type DealerStatus = (typeof DEALER_STATUSES)[number];

/** D-1: what a dealer's contact is spoken with about. */
export const CONTACT_PURPOSES = ['service', 'finance', 'parts', 'other'] as const;
export type ContactPurpose = (typeof CONTACT_PURPOSES)[number];

/** W-2 */
export const STAGES = ['unboxing', 'in_warranty', 'out_of_warranty'] as const;
export type Stage = (typeof STAGES)[number];

/** W-5 */
export const EXCLUSIONS = ['misuse', 'self_moved', 'unauthorised_repair', 'power_supply', 'force_majeure'] as const;
export type Exclusion = (typeof EXCLUSIONS)[number];

/** W-6 */
export const COVERAGES = ['covered', 'not_covered', 'unknown'] as const;
export type Coverage = (typeof COVERAGES)[number];

/** W-9: from which day a term runs. */
export const TERM_BASES = ['purchase', 'commissioning'] as const;
export type TermBasis = (typeof TERM_BASES)[number];

/** C-7: important, regular, other. */
export const CUSTOMER_CLASSES = ['A', 'B', 'C'] as const;
export type CustomerClass = (typeof CUSTOMER_CLASSES)[number];

/** C-4 */
export const INSTALLATION_STATES = ['scheduled', 'accepted', 'failed', 'cancelled'] as const;
export type InstallationState = (typeof INSTALLATION_STATES)[number];

/** how a call arrived. */
export const CALL_CHANNELS = ['phone', 'qr', 'hotline'] as const;
export type CallChannel = (typeof CALL_CHANNELS)[number];

/** */
export const CALL_STATES = ['new', 'received', 'assigned', 'on_site', 'resolved', 'confirmed', 'filed', 'cancelled'] as const;
export type CallState = (typeof CALL_STATES)[number];

/** settings list "special reasons". */
export const SPECIAL_REASONS = ['part_not_in_stock', 'customer_absent', 'remote_area', 'workshop'] as const;
export type SpecialReason = (typeof SPECIAL_REASONS)[number];

/** how the customer confirmed. */
export const CONFIRMATION_WAYS = ['signature', 'code', 'signed_paper'] as const;
export type ConfirmationWay = (typeof CONFIRMATION_WAYS)[number];

/** a quote to the customer. */
export const QUOTE_STATES = ['open', 'accepted', 'declined', 'replaced'] as const;
export type QuoteState = (typeof QUOTE_STATES)[number];

/** how to go on, or what it is and who is answerable. */
export const SUPPORT_KINDS = ['support', 'appraisal'] as const;
export type SupportKind = (typeof SUPPORT_KINDS)[number];

/** */
export const SUPPORT_STATES = ['open', 'answered'] as const;
export type SupportState = (typeof SUPPORT_STATES)[number];

/** */
export const QUALITY_REPORT_STATES = ['due', 'submitted', 'under_review', 'action_defined', 'closed'] as const;
export type QualityReportState = (typeof QUALITY_REPORT_STATES)[number];

/** problem dimensions by stage. */
export const PROBLEM_DIMENSIONS = {
  unboxing: ['appearance', 'accessories_documents', 'function'],
  in_warranty: ['reliability', 'stability', 'operability', 'maintainability'],
  out_of_warranty: ['durability', 'part_portability', 'solution_effectiveness'],
} as const satisfies Record<Stage, readonly string[]>;
export type ProblemDimension = (typeof PROBLEM_DIMENSIONS)[Stage][number];

/** P-2: the kinds of account between which stock moves. */
export const STOCK_ACCOUNTS = [
  'warehouse',
  'in_transit',
  'dealer_holdings',
  'sold',
  'given',
  'written_off',
  'scrap',
  'supplier',
  'adjustment',
] as const;
export type StockAccount = (typeof STOCK_ACCOUNTS)[number];

/** P-3 */
export const REQUEST_PURPOSES = ['repair', 'installation', 'visit', 'stock'] as const;
export type RequestPurpose = (typeof REQUEST_PURPOSES)[number];

/** P-3 */
export const URGENCIES = ['urgent', 'scheduled'] as const;
export type Urgency = (typeof URGENCIES)[number];

/** P-4: states of a line. */
export const LINE_STATES = ['in_review', 'quoted', 'approved', 'escalated', 'rejected', 'shipped', 'received', 'cancelled'] as const;
export type LineState = (typeof LINE_STATES)[number];

/** P-4: states of a request, in the order in which the first that applies is taken. */
export const REQUEST_STATES = [
  'draft',
  'withdrawn',
  'rejected',
  'submitted',
  'in_review',
  'waiting_for_dealer',
  'escalated',
  'fulfilling',
  'fulfilled',
] as const;
export type RequestState = (typeof REQUEST_STATES)[number];

/** P-6 */
export const SUPPLY_KINDS = ['warranty', 'charged', 'gift', 'office', 'literature', 'special'] as const;
export type SupplyKind = (typeof SUPPLY_KINDS)[number];

/** P-8 */
export const PICKING_STATES = ['open', 'printed', 'picked'] as const;
export type PickingState = (typeof PICKING_STATES)[number];

/** P-8 */
export const SHIPPING_STATES = ['planned', 'ready', 'shipped', 'delivered', 'received'] as const;
export type ShippingState = (typeof SHIPPING_STATES)[number];

/** H-1: how a piece of an obligation ends. */
export const SETTLEMENT_KINDS = ['returned', 'charged', 'excused'] as const;
export type SettlementKind = (typeof SETTLEMENT_KINDS)[number];

/** H-4 */
export const PARCEL_STATES = ['announced', 'in_transit', 'at_transit_site', 'received', 'counted', 'cancelled'] as const;
export type ParcelState = (typeof PARCEL_STATES)[number];

/** H-3, H-7: returns are awaited; the deadline has passed and objections are; the deficits were charged; called off. */
export const STOCKTAKE_STATES = ['open', 'closed', 'confirmed', 'cancelled'] as const;
export type StocktakeState = (typeof STOCKTAKE_STATES)[number];

/** H-7: what the supervisor decides on what is missing of a part. */
export const STOCKTAKE_DECISIONS = ['charge', 'excuse', 'extend'] as const;
export type StocktakeDecision = (typeof STOCKTAKE_DECISIONS)[number];

/** H-2: why pieces issued free, or charged, are not in a stocktake. */
export const STOCKTAKE_EXCLUSIONS = ['gift', 'office', 'literature', 'charged', 'special_without_return', 'return_not_required'] as const;
export type StocktakeExclusion = (typeof STOCKTAKE_EXCLUSIONS)[number];

/** H-7: a part that arrives after it was charged: its reversal waits, is done, or it came too late and goes back at the dealer's cost. */
export const LATE_RETURN_STATES = ['waiting', 'reversed', 'refused', 'sent_back'] as const;
export type LateReturnState = (typeof LATE_RETURN_STATES)[number];

/** H-5: an objection to a count waits for the clerk, who corrects the count or lets it stand; until then its dealer may take it back. */
export const COUNT_OBJECTION_STATES = ['open', 'upheld', 'refused', 'withdrawn'] as const;
export type CountObjectionState = (typeof COUNT_OBJECTION_STATES)[number];

/** H-5: what of a count should be otherwise, as the dealer says. */
export const COUNT_OBJECTION_KINDS = ['quantity', 'condition', 'wrong_part'] as const;
export type CountObjectionKind = (typeof COUNT_OBJECTION_KINDS)[number];

/** H-5: a wrong part waits for its dealer's instruction, which the warehouse carries out; a corrected count takes it from the list. */
export const WRONG_PART_STATES = ['waiting', 'instructed', 'done', 'withdrawn'] as const;
export type WrongPartState = (typeof WRONG_PART_STATES)[number];

/** P-10: a change of what is printed waits for the warehouse; until then who asked may take it back. */
export const ORDER_CHANGE_STATES = ['open', 'accepted', 'refused', 'withdrawn'] as const;
export type OrderChangeState = (typeof ORDER_CHANGE_STATES)[number];

/** P-10: what may be changed of a line that is printed. */
export const ORDER_CHANGE_KINDS = ['cancel', 'reduce'] as const;
export type OrderChangeKind = (typeof ORDER_CHANGE_KINDS)[number];

/** H-5: what becomes of a wrong part. */
export const WRONG_PART_INSTRUCTIONS = ['send_back', 'scrap', 'keep'] as const;
export type WrongPartInstruction = (typeof WRONG_PART_INSTRUCTIONS)[number];

/** H-4: what the dealer says of the piece. */
export const RETURN_PIECES = ['old', 'unused'] as const;
export type ReturnPiece = (typeof RETURN_PIECES)[number];

/** W-10: as what a warranty is extended. */
export const EXTENSION_BASES = ['settlement', 'campaign'] as const;
export type ExtensionBasis = (typeof EXTENSION_BASES)[number];

/** W-4: a proof of the day of purchase. */
export const PROOF_STATES = ['submitted', 'accepted', 'refused'] as const;
export type ProofState = (typeof PROOF_STATES)[number];

/** H-5: what the counter finds. */
export const RETURN_CONDITIONS = ['reusable', 'scrap', 'supplier_claim', 'wrong_part'] as const;
export type ReturnCondition = (typeof RETURN_CONDITIONS)[number];

/** H-4: what a warehouse site may do with returns. */
export const SITE_KINDS = ['receiving', 'transit'] as const;
export type SiteKind = (typeof SITE_KINDS)[number];

/** F-3 */
export const PAYMENT_METHODS = ['bank_transfer', 'cash', 'wechat_pay', 'alipay', 'deposit', 'account'] as const;
export type PaymentMethod = (typeof PAYMENT_METHODS)[number];

/** F-4 */
export const INVOICE_WISHES = ['now', 'later', 'never'] as const;
export type InvoiceWish = (typeof INVOICE_WISHES)[number];

/** F-5 */
export const SLIP_STATES = ['draft', 'confirmed', 'void'] as const;
export type SlipState = (typeof SLIP_STATES)[number];

/** F-1, F-6: where a slip comes from. */
export const SLIP_ORIGINS = ['request', 'exclusion', 'stocktake', 'manual', 'reimbursement', 'reversal'] as const;
export type SlipOrigin = (typeof SLIP_ORIGINS)[number];

/** F-6 */
export const SLIP_DIRECTIONS = ['charge', 'reimbursement'] as const;
export type SlipDirection = (typeof SLIP_DIRECTIONS)[number];

/** B-1 */
export const INVOICE_KINDS = ['general', 'special'] as const;
export type InvoiceKind = (typeof INVOICE_KINDS)[number];

/** B-2 */
export const INVOICE_STATES = ['requested', 'issued', 'delivered', 'red_letter', 'withdrawn'] as const;
export type InvoiceState = (typeof INVOICE_STATES)[number];

/** Languages of the interface and of texts sent to people. */
export const LOCALES = ['zh-CN', 'en'] as const;
export type Locale = (typeof LOCALES)[number];

/** D-1, W-9: codes of dealers and models are compared without case: T1 and t1 are the same one. */
export const codeKey = (code: string): string => code.toLowerCase();
