import { defineSteps, Refusal, refusalReason, requireRole } from '@aftercare/domain';

export type CampaignUnitState = 'open' | 'contacted' | 'unreachable' | 'done' | 'excluded';
export type UnitOutcome = 'contacted' | 'unreachable' | 'done' | 'exclude' | 'reopen';
/** Where work is still to be done. */
export const TO_DO = ['open', 'contacted', 'unreachable'] as const satisfies readonly CampaignUnitState[];

/** what becomes of a unit; what was done or taken out is opened again only by the manufacturer. */
export const campaignUnitSteps = defineSteps<CampaignUnitState, UnitOutcome>({
  initial: 'open',
  steps: {
    contacted: { from: TO_DO, to: 'contacted' },
    unreachable: { from: TO_DO, to: 'unreachable' },
    done: { from: TO_DO, to: 'done' },
    exclude: { from: TO_DO, to: 'excluded' },
    reopen: { from: ['done', 'excluded'], to: 'open' },
  },
});

const MARKING = ['dealer_manager', 'dealer_technician', 'service_clerk'] as const;
const DECIDING = ['quality_engineer'] as const;
const ROLES: Record<UnitOutcome, readonly string[]> = { contacted: MARKING, unreachable: MARKING, done: MARKING, exclude: DECIDING, reopen: DECIDING };

/** Refuses OUTCOME_UNKNOWN, ROLE_NOT_ALLOWED, and STEP_NOT_ALLOWED once the campaign has ended. */
export function refuseOutcome(outcome: string, kind: 'mark' | 'decide', standing: { campaign: string; role: string }): UnitOutcome {
  const known = Object.keys(ROLES).filter((each) => (ROLES[each as UnitOutcome] === MARKING) === (kind === 'mark'));
  if (!known.includes(outcome)) throw new Refusal('invalid_argument', 'OUTCOME_UNKNOWN', `One of: ${known.join(', ')}.`, { field: 'outcome' });
  requireRole(standing.role, ROLES[outcome as UnitOutcome], `campaign-unit.${outcome}`);
  refuseEnded(standing.campaign);
  return outcome as UnitOutcome;
}

function refuseEnded(campaign: string): void {
  if (campaign !== 'running') throw new Refusal('failed_precondition', 'STEP_NOT_ALLOWED', 'The campaign is not running.', { state: campaign });
}

/** What is said of a unit that is done. */
export interface Done {
  note: string;
  callId: string;
  photos: unknown[];
}

/** done is shown by the record of a call on that unit, or said and shown by a photo. Refuses EVIDENCE_MISSING. */
export function refuseUnshown({ note, callId, photos }: Done): void {
  if (callId !== '' || (note.trim() !== '' && photos.length > 0)) return;
  throw new Refusal('invalid_argument', 'EVIDENCE_MISSING', 'Name the call, or say what was done with at least one photo.', { field: note.trim() === '' ? 'note' : 'photos' });
}

/** the call is on the same unit and its fault is gone. Refuses CALL_NOT_SOLVED. */
export function refuseOtherCall(call: { unitId: string | null; unitSerial: string; state: string }, unit: { unitId: string; serial: string }): void {
  const same = call.unitId === unit.unitId || call.unitSerial.trim().toUpperCase() === unit.serial;
  if (same && ['resolved', 'confirmed', 'filed'].includes(call.state)) return;
  throw new Refusal('failed_precondition', 'CALL_NOT_SOLVED', 'The call is not on this unit, or it is not solved.', { state: call.state });
}

/** The buttons of a unit. */
export function campaignUnitActions(unit: { state: CampaignUnitState; campaign: string }, role: string): { action: string; reason?: string }[] {
  return campaignUnitSteps.actions.map((action) => ({
    action,
    reason: refusalReason(() => {
      refuseOutcome(action, ROLES[action] === MARKING ? 'mark' : 'decide', { campaign: unit.campaign, role });
      campaignUnitSteps.next(action, unit.state);
    }),
  }));
}
