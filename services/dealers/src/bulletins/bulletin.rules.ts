import { DEALER_ROLES, defineSteps, Refusal, refusalReason, requireRole, type DealerStatus, type Role } from '@aftercare/domain';

export const BULLETIN_KINDS = ['notice', 'manual', 'exploded_view', 'bulletin'] as const;
export type BulletinKind = (typeof BULLETIN_KINDS)[number];
export type BulletinState = 'draft' | 'published';
export type BulletinAction = 'update' | 'publish' | 'read';

/** D-8: what is published stays as dealers have read it; a correction is a new bulletin. */
export const bulletinSteps = defineSteps<BulletinState, 'publish'>({
  initial: 'draft',
  steps: { publish: { from: ['draft'], to: 'published' } },
  final: ['published'],
});

/** The clerk drafts, the supervisor publishes, dealers read. */
const MAY: Record<BulletinAction | 'create' | 'see-readers', readonly Role[]> = {
  create: ['service_clerk', 'service_supervisor'],
  update: ['service_clerk', 'service_supervisor'],
  publish: ['service_supervisor'],
  read: DEALER_ROLES,
  'see-readers': ['service_clerk', 'service_supervisor', 'warehouse_keeper', 'finance_clerk', 'quality_engineer', 'admin', 'auditor'],
};

const TITLE_LENGTH_MAX = 200;
const TEXT_LENGTH_MAX = 10_000;

/** Refuses ROLE_NOT_ALLOWED. */
export function requireBulletinRole(action: keyof typeof MAY, role: string): void {
  requireRole(role, MAY[action], action);
}

/** D-8: a bulletin has a kind, a title, and says something or carries a paper. Refuses KIND_UNKNOWN, TITLE_INVALID, BULLETIN_EMPTY. */
export function checkBulletin(bulletin: { kind: string; title: string; text: string; attachments: readonly unknown[] }): void {
  if (!(BULLETIN_KINDS as readonly string[]).includes(bulletin.kind)) {
    throw refusedField('kind', 'KIND_UNKNOWN', `A kind is one of ${BULLETIN_KINDS.join(', ')}.`);
  }
  if (bulletin.title === '' || bulletin.title.length > TITLE_LENGTH_MAX) throw refusedField('title', 'TITLE_INVALID', 'The title is missing or too long.');
  const empty = bulletin.text === '' && bulletin.attachments.length === 0;
  if (empty || bulletin.text.length > TEXT_LENGTH_MAX) throw refusedField('text', 'BULLETIN_EMPTY', 'It says nothing, or too much.');
}

/** D-8: a bulletin goes to dealers that work with the manufacturer or will; `at` is the place in the request. Refuses DEALER_NOT_ACTIVE. */
export function checkAddressees(dealers: readonly { at: number; status: DealerStatus }[]): void {
  const left = dealers.find(({ status }) => status === 'terminated');
  if (left) throw new Refusal('failed_precondition', 'DEALER_NOT_ACTIVE', 'This dealer has left.', { field: `dealerIds[${left.at}]`, status: left.status });
}

/** D-8: only a draft is changed. Refuses STEP_NOT_ALLOWED. */
export function requireDraft(state: BulletinState): void {
  if (state !== 'draft') throw new Refusal('failed_precondition', 'STEP_NOT_ALLOWED', 'What is published is not changed any more.', { state });
}

/** D-8: the state after publishing, by somebody other than who drafted it. Refuses STEP_NOT_ALLOWED, APPROVER_IS_REQUESTER. */
export function publishBulletin(bulletin: { state: BulletinState; draftedBy: string }, actor: { userId: string }): BulletinState {
  const next = bulletinSteps.next('publish', bulletin.state);
  if (bulletin.draftedBy === actor.userId) {
    throw new Refusal('permission_denied', 'APPROVER_IS_REQUESTER', 'A bulletin is published by somebody other than who drafted it.');
  }
  return next;
}

/** What the caller may do with a bulletin now, and why not. */
export function bulletinActions(bulletin: { state: BulletinState; draftedBy: string }, actor: { userId: string; role: string }): { action: BulletinAction; reason?: string }[] {
  const answer = (action: BulletinAction, rule: () => unknown): { action: BulletinAction; reason?: string } => ({
    action,
    reason: refusalReason(() => {
      requireBulletinRole(action, actor.role);
      rule();
    }),
  });
  return [
    answer('update', () => requireDraft(bulletin.state)),
    answer('publish', () => publishBulletin(bulletin, actor)),
    answer('read', () => undefined),
  ];
}

function refusedField(field: string, reason: string, message: string): Refusal {
  return new Refusal('invalid_argument', reason, message, { field });
}
