import { ROLES, seesPrices, type Role } from '@aftercare/domain';

/** Who may do an action: roles, every signed-in user, or anyone. */
export type Who = readonly Role[] | 'signed-in' | 'public';

const m: Role = 'dealer_manager';
const t: Role = 'dealer_technician';
const c: Role = 'service_clerk';
const s: Role = 'service_supervisor';
const w: Role = 'warehouse_keeper';
const f: Role = 'finance_clerk';
const q: Role = 'quality_engineer';
const a: Role = 'admin';
const auditor: Role = 'auditor';

/** The manufacturer's staff, the auditor with them: he reads everything and changes nothing. */
const staff = [c, s, w, f, q, a, auditor] as const;
const everyone = 'signed-in' as const;
/** Who may have reason to call a customer back or to look into who did (C-5): not the warehouse, not finance. */
const revealing = [m, t, c, s, q, a, auditor] as const;
/** Money documents of a dealer are its manager's, not its technicians': the rule by which `parts` shows prices (F-7). */
const money: readonly Role[] = ROLES.filter(seesPrices);

/**
 * The role × action table (domain section 1) as data: every endpoint names its action, every action stands here. Which rows
 * a role may do it on is the owning service's answer: a row that is not the caller's looks like one that does not exist.
 */
export const accessTable = {
  'auth.sign-in': 'public',
  'auth.own': everyone,
  'notice.own': everyone,
  'public.confirmation': 'public',
  'public.intake': 'public',
  'health.read': 'public',

  'user.create': [m, a, c],
  'user.read': [m, ...staff],
  'user.change': [m, a, c],

  'attachment.upload': [m, t, c, s, w, f, q, a],
  'attachment.read': everyone,

  'setting.read': everyone,
  'setting.change': [a],
  'audit.read': [a, auditor],
  'dead-letter.read': [a, auditor],
  'dead-letter.close': [a],
  'job.read': everyone,
  'job.sheet': everyone,
  'import.units': [c, w],
  'import.dealers': [c],
  'import.users': [m, a, c],
  'import.models': [c, q],
  'import.customers': [m, c],
  'import.fault-codes': [c, q],
  'import.parts': [c, s, a],
  'import.price-lists': [f],
  'import.opening-stock': [c, w],
  'import.opening-holdings': [c],
  'import.invoice-results': [f],
  'import.opening-money': [f],

  'dealer.read': everyone,
  'dealer.draft': [c, s],
  'dealer.decide': [s],
  'dealer.handover': [c, s, auditor],
  'dealer-file.read': [c, s, q, auditor, m],
  'dealer-file.list': [c, s, q, auditor],
  'quality.read': [c, s, q, auditor],
  'read-model.read': [a, auditor],
  'read-model.rebuild': [a],
  'agreement.read': money,
  'contact.change': [m, c, s],
  'technician.read': everyone,
  'technician.change': [m, a, c],
  'fee.read': everyone,
  'fee.set': [m],
  'fee.list': staff,
  'part-price.read': everyone,
  'part-price.set': [m],
  'tariff.read': everyone,
  'tariff.draft': [f, s],
  'tariff.publish': [s],
  'training.read': everyone,
  'training.change': [c, s],
  'certificate.read': everyone,
  'certificate.revoke': [c, s],
  'bulletin.read': everyone,
  'bulletin.draft': [c, s],
  'bulletin.publish': [s],
  'bulletin.receipt': [m, t],
  'bulletin.readers': staff,

  'report.read': money,
  'report.submit': [m],
  'report.add': [m],
  'duty.read': [m, c, s, auditor],

  'customer.read': everyone,
  'customer.change': [m, t, c],
  'customer.merge': [m, c],
  'customer.pin-class': [m, c],
  'customer.anonymise': [a, s],
  'customer.export': [a, s, m],
  'customer.reveal': revealing,
  'family.read': everyone,
  'family.keep': [c, q, s],
  'model.read': everyone,
  'model.draft': [c, q],
  'model.publish': [s],
  'unit.read': everyone,
  'unit.sell': [m, t, c],
  'unit.transfer': [m, t, c],
  'unit.extend-warranty': [s],
  'unit.prove-purchase': [m, t, c],
  'unit.decide-proof': [c],
  'coverage.decide': everyone,
  'coverage.replay': [c, s, q, auditor],
  'checklist.read': everyone,
  'checklist.draft': [c, q],
  'checklist.publish': [s],
  'installation.read': everyone,
  'installation.schedule': [m, t, c],
  'installation.finish': [m, t],

  'call.read': everyone,
  'call.reveal': revealing,
  'call.open': [m, t, c],
  'call.route': [c],
  'call.assign': [m, c],
  'call.work': [t, m],
  'call.special': [t, m],
  'call.strike-special': [s],
  'call.record': [t, m],
  'call.link': [t, m, c],
  'call.confirm': [t, m],
  'call.file': [c],
  'call.cancel': [m, c],
  'call.quote': [t, m],
  'call-clock.compare': [s, a, auditor],
  'support.ask': [m, t],
  'support.read': [m, t, c, s, q, a, auditor],
  'support.answer': [c, q],
  'fault-code.read': everyone,
  'fault-code.draft': [c, q],
  'fault-code.publish': [s],
  'quality-report.read': everyone,
  'quality-report.submit': [t, m],
  'quality-report.answer': [q],
  'quality-report.receipt': [m, t],
  'quality-report.mark-defect': [m, t, c, s, w, f, q, a],
  'quality-warning.read': everyone,
  'quality-warning.receipt': [m, t],
  'quality-warning.readers': staff,
  'corrective-action.read': staff,
  'corrective-action.change': [q],
  'campaign.read': everyone,
  'campaign.change': [q],
  'campaign.mark': [m, t, c],
  'spot-check.read': [m, c, s, q, auditor],
  'spot-check.change': [c, s],
  'spot-check.acknowledge': [m],
  'reimbursement.read': money,
  'reimbursement.file': [m, c],
  'reimbursement.decide': [s],
  'reimbursement.reveal': [m, c, s, f],

  'part.read': everyone,
  'part.create': [c, a, s],
  'part.change': [c, a, s],
  'part.minimum': [c, s, w],
  'part.label': staff,
  'price-list.read': money,
  'price-list.draft': [f],
  'price-list.publish': [s],
  'price-list.withdraw': [f],
  'price.read': everyone,
  'warehouse.read': everyone,
  'warehouse.create': [a],
  'stock.read': staff,
  'purchase.receive': [w],
  'purchase-order.change': [w, s],
  'stock-count.count': [w],
  'stock-count.approve': [s],
  'stock-count.cancel': [w, s],
  'adjustment.request': [w],
  'adjustment.approve': [s],
  'transfer.handle': [w],
  'transfer.write-off': [s],
  'stock.value': [f, s, auditor],
  'unit-cost.set': [f],
  'supplier-claim.read': staff,
  'supplier-claim.change': [q],
  'supplier-claim.recovery': [f, s, auditor],
  'carrier-claim.read': staff,
  'carrier-claim.change': [w, c],
  'parts-statistics.read': money,
  'opening.read': staff,
  'opening.reverse': [c, w],
  'opening.discard': [c, w, s],
  'opening.approve': [s],
  'parts-request.read': everyone,
  'parts-request.file': [m, t, c],
  'parts-request.review': [c],
  'parts-request.answer-quote': [m],
  'parts-request.decide': [s],
  'parts-request.cancel-line': [m, c],
  'parts-request.substitute': [m, c],
  'order-change.ask': [m, c],
  'order-change.decide': [w],
  'picking.read': staff,
  'picking.change': [w],
  'shipping.read': everyone,
  'shipping.plan': [c],
  /** The clerk for a dealer that left (D-1). */
  'shipping.receive': [m, t, c],
  'shipping.ship': [w],
  'discrepancy.agree': [w],
  'obligation.read': everyone,
  'obligation.excuse': [s],
  'obligation.charge': [c],
  'stocktake.read': money,
  'stocktake.open': [c],
  'stocktake.object': [m],
  'stocktake.decide': [s],
  'stocktake.cancel': [c, s],
  'late-return.read': money,
  'late-return.reverse': [s, f],
  'late-return.send-back': [w],
  'return.read': everyone,
  'return.announce': [m, t],
  'return.handle': [w],
  'return.object': [m],
  'wrong-part.instruct': [m],
  'return.decide-objection': [c],

  'slip.read': money,
  'slip.confirm': [c, f],
  'slip.discard': [c, f],
  'slip.reverse': [s, f],
  'slip.wish': [m, c, f],
  'receivable.read': money,
  'receivable.remind': [f],
  'payment.read': money,
  'payment.post': [f],
  'money-opening.read': [f, s, auditor],
  'money-opening.approve': [s],
  'money-opening.discard': [f, s],
  'bank.read': [f, auditor],
  'bank.change': [f],
  'refund.approve': [s],
  'refund.reject': [s, f],
  'credit-line.draft': [f],
  'credit-line.approve': [s],
  'invoice.read': money,
  'invoice.preview': [f, c],
  'invoice.change': [f],
  'invoice-batch.read': [f, s, auditor],
  'consolidation.read': [f, c, s, auditor],
  'red-letter.draft': [f],
  'red-letter.approve': [s],
  'red-letter.discard': [f, s],
  'ledger.read': [f, s, auditor],
  'receipt.read': [m, t, f, auditor],
  'receipt.give': [m, t],
  'receipt.void': [m],
  'month.read': [f, s, auditor],
  'month.close': [f],
  'tie-out.read': [f, s, auditor],
  'revenue.read': [f, s, auditor],
} as const satisfies Record<string, Who>;

export type Action = keyof typeof accessTable;

/** The roles that may do an action; public ones are open to every role. */
export function rolesOf(action: Action): readonly Role[] {
  const who: Who = accessTable[action];
  return typeof who === 'string' ? ROLES : who;
}

export function isPublic(action: Action): boolean {
  return accessTable[action] === 'public';
}

/** What a terminated dealer's users may still do besides reading: send back, object to a count and say what becomes of a wrong part, object to what is to be charged for it (H-7), hand in what they owe (D-7), and look after their sign-in (D-1). */
const AFTER_TERMINATION: readonly Action[] = ['report.submit', 'auth.own', 'notice.own', 'auth.sign-in', 'return.announce', 'return.object', 'wrong-part.instruct', 'stocktake.object', 'attachment.upload', 'public.confirmation', 'public.intake'];

/** C-5, D-1: what answers personal data of customers plain; those of a dealer that left are its successor's. */
const PLAIN: readonly Action[] = ['customer.reveal', 'customer.export', 'call.reveal', 'reimbursement.reveal', 'job.sheet'];

/** True when a terminated dealer's user may use this endpoint. `reads` says that the endpoint changes nothing. */
export function allowedAfterTermination(action: Action, reads: boolean): boolean {
  return (reads && !PLAIN.includes(action)) || AFTER_TERMINATION.includes(action);
}
