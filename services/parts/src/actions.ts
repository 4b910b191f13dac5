import type { Role } from '@aftercare/domain';
import { isManufacturer, permissionDenied, type CallContext } from '@aftercare/messaging';

const manager: Role = 'dealer_manager';
const technician: Role = 'dealer_technician';
const clerk: Role = 'service_clerk';
const supervisor: Role = 'service_supervisor';
const keeper: Role = 'warehouse_keeper';
const finance: Role = 'finance_clerk';
const quality: Role = 'quality_engineer';
const auditor: Role = 'auditor';
const admin: Role = 'admin';

/** Who may take which step of this service's documents, as in the table of the domain. */
const ACTION_ROLES = {
  'part.create': [clerk, supervisor, admin],
  'part.change': [clerk, supervisor, admin],
  'part.minimum': [clerk, supervisor, keeper],
  'priceList.create': [finance],
  'priceList.publish': [supervisor],
  'priceList.withdraw': [finance],
  'warehouse.create': [admin],
  'purchase.receive': [keeper],
  'purchaseOrder.change': [keeper, supervisor],
  'stockCount.count': [keeper],
  'stockCount.approve': [supervisor],
  'stockCount.cancel': [keeper, supervisor],
  'adjustment.request': [keeper],
  'adjustment.approve': [supervisor],
  'transfer.handle': [keeper],
  'transfer.writeOff': [supervisor],
  'cost.read': [finance, supervisor, auditor],
  'cost.set': [finance],
  'opening.draft': [clerk, keeper],
  'opening.discard': [clerk, keeper, supervisor],
  'opening.approve': [supervisor],
  'supplierClaim.change': [quality],
  'carrierClaim.change': [keeper, clerk],
  'request.create': [manager, technician, clerk],
  'request.submit': [manager, technician, clerk],
  'request.withdraw': [manager],
  'request.review': [clerk],
  'request.acceptQuote': [manager],
  'request.declineQuote': [manager],
  'request.decide': [supervisor],
  'request.exportDeliveries': [admin, supervisor, manager],
  'request.cancelLine': [manager, clerk],
  'request.substitute': [manager, clerk],
  'orderChange.ask': [manager, clerk],
  'orderChange.decide': [keeper],
  'picking.print': [keeper],
  'picking.pick': [keeper],
  'shipping.plan': [clerk],
  'shipping.agreeDate': [clerk],
  'shipping.ship': [keeper],
  'shipping.deliver': [keeper],
  'shipping.confirmReceipt': [manager, technician, clerk],
  'shipping.cancel': [clerk],
  'discrepancy.agree': [keeper],
} as const satisfies Record<string, readonly Role[]>;

export type Action = keyof typeof ACTION_ROLES;

/** True when the caller's role takes this step; the system takes every step of its own service. */
export function mayAct(ctx: Pick<CallContext, 'role'>, action: Action): boolean {
  return ctx.role === 'system' || (ACTION_ROLES[action] as readonly string[]).includes(ctx.role);
}

/** Refuses permission_denied ROLE_NOT_ALLOWED; the gateway has asked the same table before. */
export function requireRole(ctx: CallContext, action: Action): void {
  if (!mayAct(ctx, action)) throw permissionDenied('ROLE_NOT_ALLOWED', `The role ${ctx.role} may not do ${action}.`);
}

/** Refuses a dealer's user: what lies in the warehouses is the manufacturer's knowledge. */
export function requireManufacturer(ctx: CallContext): void {
  if (!isManufacturer(ctx)) throw permissionDenied('ROLE_NOT_ALLOWED', 'Stock is the manufacturer\'s knowledge.');
}

/** Refuses a technician: what a dealer was issued, holds and owes is its manager's business and the manufacturer's. */
export function requireMoneyReader(ctx: CallContext): void {
  if (ctx.role === 'dealer_technician') throw permissionDenied('ROLE_NOT_ALLOWED', 'Statistics of parts are the manager\'s.');
}

/** A warehouse keeper works at his own site; one without a site works at all of them. */
export function requireSite(ctx: CallContext, warehouseId: string): void {
  if (!worksAt(ctx, warehouseId)) throw permissionDenied('OTHER_SITE', 'This document belongs to another warehouse.');
}

/** True unless the caller belongs to another site. */
export function worksAt(ctx: Pick<CallContext, 'siteId'>, warehouseId: string): boolean {
  return ctx.siteId === null || ctx.siteId === warehouseId;
}

/** One entry of a document's allowed actions: why the caller may not take the step, or undefined when he may. */
export function actionEntry(
  ctx: CallContext,
  step: { action: string; key: Action; refusal?: string | undefined },
): { action: string; reason?: string } {
  const reason = mayAct(ctx, step.key) ? step.refusal : 'ROLE_NOT_ALLOWED';
  return reason === undefined ? { action: step.action } : { action: step.action, reason };
}
