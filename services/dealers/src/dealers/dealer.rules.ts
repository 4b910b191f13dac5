import {
  defineSteps,
  isAddressRegion,
  isRealDate,
  isRegionCode,
  Refusal,
  refusalReason,
  requireRole,
  type DealerStatus,
  type Role,
} from '@aftercare/domain';

/** D-1: the life of a dealer; a terminated one never comes back, it registers anew. */
export const dealerSteps = defineSteps<DealerStatus, 'activate' | 'suspend' | 'terminate'>({
  initial: 'applicant',
  steps: {
    activate: { from: ['applicant', 'suspended'], to: 'active' },
    suspend: { from: ['active'], to: 'suspended' },
    terminate: { from: ['active', 'suspended'], to: 'terminated' },
  },
  final: ['terminated'],
});

export type DealerAction = 'update' | 'activate' | 'suspend' | 'terminate' | 'name-successor';

/** The clerk drafts, the supervisor decides. */
const MAY: Record<DealerAction | 'create', readonly Role[]> = {
  create: ['service_clerk', 'service_supervisor'],
  update: ['service_clerk', 'service_supervisor'],
  activate: ['service_supervisor'],
  suspend: ['service_supervisor'],
  terminate: ['service_supervisor'],
  'name-successor': ['service_supervisor'],
};

/** Who is asking. */
export interface Actor {
  userId: string;
  role: string;
}

/** Identity for invoices: title 抬头, tax number, bank, account, address, phone. */
export interface TaxIdentity {
  title: string;
  taxNumber: string;
  bank: string;
  account: string;
  address: string;
  phone: string;
}

/** The dealer agreement; dates are local dates, empty when not given. */
export interface Agreement {
  number: string;
  validFrom: string;
  validTo: string;
}

/** What a dealer is before a step. */
export interface DealerFacts {
  status: DealerStatus;
  draftedBy: string;
  taxIdentity: TaxIdentity | null;
  agreement: Agreement | null;
}

const CODE = /^[A-Za-z0-9][A-Za-z0-9_-]{1,19}$/;
const TAX_NUMBER = /^[0-9A-Za-z]{15,20}$/;
const TEXT_LENGTH_MAX = 200;
const TERRITORY_SIZE_MAX = 500;

/** Refuses ROLE_NOT_ALLOWED. */
export function requireDealerRole(action: DealerAction | 'create', actor: Actor): void {
  requireRole(actor.role, MAY[action], action);
}

/** D-1: code, names, address and territory as they may be written. Refuses CODE_INVALID, NAME_INVALID, REGION_UNKNOWN. */
export function checkDealerData(data: { code?: string; name: string; nameEn: string; regionCode: string; territory: string[] }): void {
  if (data.code !== undefined && !CODE.test(data.code)) {
    throw refusedField('code', 'CODE_INVALID', 'A code has 2 to 20 letters, digits, "-" or "_".');
  }
  if (data.name === '' || data.name.length > TEXT_LENGTH_MAX) throw refusedField('name', 'NAME_INVALID', 'The name is missing or too long.');
  if (data.nameEn.length > TEXT_LENGTH_MAX) throw refusedField('nameEn', 'NAME_INVALID', 'The name is too long.');
  if (!isAddressRegion(data.regionCode)) throw unknownRegion('address.regionCode');
  if (data.territory.length > TERRITORY_SIZE_MAX) throw unknownRegion('territoryRegionCodes');
  data.territory.forEach((code, at) => {
    if (!isRegionCode(code)) throw unknownRegion(`territoryRegionCodes[${at}]`);
  });
}

/** D-1: a tax identity may be given later, but not a broken one. Refuses TAX_IDENTITY_INVALID. */
export function checkTaxIdentity(identity: TaxIdentity | null): void {
  if (identity === null) return;
  if (identity.title === '' || identity.title.length > TEXT_LENGTH_MAX) {
    throw refusedField('taxIdentity.title', 'TAX_IDENTITY_INVALID', 'The title of the invoice is missing or too long.');
  }
  if (!TAX_NUMBER.test(identity.taxNumber)) {
    throw refusedField('taxIdentity.taxNumber', 'TAX_IDENTITY_INVALID', 'A taxpayer number has 15 to 20 letters and digits.');
  }
}

/** D-1: an agreement may be given later, but not a broken one; `within` is where it stands in the request. Refuses AGREEMENT_INVALID. */
export function checkAgreement(agreement: Agreement | null, within = ''): void {
  if (agreement === null) return;
  if (agreement.number === '' || agreement.number.length > TEXT_LENGTH_MAX) {
    throw refusedField(`${within}number`, 'AGREEMENT_INVALID', 'The number of the agreement is missing or too long.');
  }
  for (const field of ['validFrom', 'validTo'] as const) {
    if (!isRealDate(agreement[field])) throw refusedField(`${within}${field}`, 'AGREEMENT_INVALID', 'This is not a calendar date.');
  }
  if (agreement.validTo < agreement.validFrom) {
    throw refusedField(`${within}validTo`, 'AGREEMENT_INVALID', 'The agreement ends before it begins.');
  }
}

/** One level of sub-dealers: who has a parent cannot be one, nor can a terminated dealer. Refuses PARENT_IS_CHILD, PARENT_NOT_ACTIVE. */
export function checkParent(parent: { parentId: string | null; status: DealerStatus }): void {
  if (parent.parentId !== null) {
    throw new Refusal('failed_precondition', 'PARENT_IS_CHILD', 'The parent is itself a sub-dealer; there is one level only.', { field: 'parentId' });
  }
  if (parent.status === 'terminated') {
    throw new Refusal('failed_precondition', 'PARENT_NOT_ACTIVE', 'The parent dealer is terminated.', { field: 'parentId' });
  }
}

/**
 * D-1: the status after activation. The first activation is the approval of a draft: by somebody else, with an
 * agreement in force today and an identity for invoices. Refuses STEP_NOT_ALLOWED, APPROVER_IS_REQUESTER,
 * AGREEMENT_MISSING, TAX_IDENTITY_MISSING.
 */
export function activate(dealer: DealerFacts, actor: Actor, today: string): DealerStatus {
  const next = dealerSteps.next('activate', dealer.status);
  const [first] = activationFaults(dealer, actor, today);
  if (first) throw first;
  return next;
}

/** everything that keeps a dealer from being activated, for whoever activates many and has them put right in one go. */
export function missingForActivation(dealer: DealerFacts, actor: Actor, today: string): string[] {
  const step = refusalReason(() => dealerSteps.next('activate', dealer.status));
  return step === undefined ? activationFaults(dealer, actor, today).map(({ reason }) => reason) : [step];
}

function activationFaults({ status, draftedBy, agreement, taxIdentity }: DealerFacts, actor: Actor, today: string): Refusal[] {
  const faults: Refusal[] = [];
  if (status === 'applicant' && draftedBy === actor.userId) {
    faults.push(new Refusal('permission_denied', 'APPROVER_IS_REQUESTER', 'A dealer is activated by somebody other than who drafted it.'));
  }
  if (agreement === null || agreement.validTo < today || agreement.validFrom > today) {
    faults.push(new Refusal('failed_precondition', 'AGREEMENT_MISSING', 'There is no agreement that holds today.', { field: 'agreement' }));
  }
  if (taxIdentity === null) {
    faults.push(new Refusal('failed_precondition', 'TAX_IDENTITY_MISSING', 'There is no identity for invoices.', { field: 'taxIdentity' }));
  }
  return faults;
}

/** how many dealers one request activates. */
export const ACTIVATIONS_MAX = 200;

/** dealers are named by their ids or by the job that drafted them, not both. Refuses DEALERS_MISSING. */
export function checkActivation({ ids, importJobId }: { ids: readonly string[]; importJobId: string }): void {
  if ((ids.length > 0) !== (importJobId !== '') && ids.length <= ACTIVATIONS_MAX) return;
  throw new Refusal('invalid_argument', 'DEALERS_MISSING', `Name 1 to ${ACTIVATIONS_MAX} dealers, or the import that drafted them.`, { field: 'ids' });
}

/** D-1: the status after a suspension. Refuses STEP_NOT_ALLOWED, REASON_MISSING. */
export function suspend(status: DealerStatus, reason: string): DealerStatus {
  const next = dealerSteps.next('suspend', status);
  requireReason(reason);
  return next;
}

/** A dealer that takes over, or one that is to be followed. */
export interface Following {
  id: string;
  status: DealerStatus;
}

/**
 * D-1: the status after termination; customers and open calls go to a successor, which must be active. Without one they wait
 * until one is named. Refuses STEP_NOT_ALLOWED, REASON_MISSING, SUCCESSOR_NOT_ACTIVE.
 */
export function terminate(dealer: Following, reason: string, successor: Following | null): DealerStatus {
  const next = dealerSteps.next('terminate', dealer.status);
  requireReason(reason);
  if (successor !== null) requireSuccessor(dealer, successor);
  return next;
}

/**
 * D-1: who was terminated without a successor gets one afterwards, once: what went over is not handed back.
 * Refuses STEP_NOT_ALLOWED, SUCCESSOR_NAMED, SUCCESSOR_NOT_ACTIVE.
 */
export function nameSuccessor(dealer: Following & { successorDealerId: string | null }, successor: Following): void {
  requireUnfollowed(dealer);
  requireSuccessor(dealer, successor);
}

function requireUnfollowed(dealer: { status: DealerStatus; successorDealerId: string | null }): void {
  if (dealer.status !== 'terminated') {
    throw new Refusal('failed_precondition', 'STEP_NOT_ALLOWED', 'A dealer is followed by another when it is terminated.', { state: dealer.status });
  }
  if (dealer.successorDealerId === null) return;
  throw new Refusal('failed_precondition', 'SUCCESSOR_NAMED', 'The successor is named and has taken over.', { successorDealerId: dealer.successorDealerId });
}

function requireSuccessor(dealer: { id: string }, successor: Following): void {
  if (successor.id !== dealer.id && successor.status === 'active') return;
  throw new Refusal('failed_precondition', 'SUCCESSOR_NOT_ACTIVE', 'The successor must be another, active dealer.', { field: 'successorDealerId' });
}

/** What the caller may do with a dealer now, and why not. */
export function dealerActions(dealer: DealerFacts & { successorDealerId: string | null }, actor: Actor, today: string): { action: DealerAction; reason?: string }[] {
  const answer = (action: DealerAction, rule: () => unknown): { action: DealerAction; reason?: string } => ({
    action,
    reason: refusalReason(() => {
      requireDealerRole(action, actor);
      rule();
    }),
  });
  return [
    answer('update', () => requireChangeable(dealer.status)),
    answer('activate', () => activate(dealer, actor, today)),
    answer('suspend', () => dealerSteps.next('suspend', dealer.status)),
    answer('terminate', () => dealerSteps.next('terminate', dealer.status)),
    answer('name-successor', () => requireUnfollowed(dealer)),
  ];
}

/** A terminated dealer's file stays as it was. Refuses STEP_NOT_ALLOWED. */
export function requireChangeable(status: DealerStatus): void {
  if (status === 'terminated') {
    throw new Refusal('failed_precondition', 'STEP_NOT_ALLOWED', 'A terminated dealer is not changed any more.', { state: status });
  }
}

function requireReason(reason: string): void {
  if (reason.trim() === '') throw refusedField('reason', 'REASON_MISSING', 'Say why.');
}

function unknownRegion(field: string): Refusal {
  return refusedField(field, 'REGION_UNKNOWN', 'This is no region code of GB/T 2260.');
}

function refusedField(field: string, reason: string, message: string): Refusal {
  return new Refusal('invalid_argument', reason, message, { field });
}
