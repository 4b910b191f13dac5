import { defineSteps, isRealDate, Refusal, refusalReason, requireRole } from '@aftercare/domain';

export type CampaignState = 'draft' | 'collected' | 'running' | 'closed' | 'cancelled';
export type CampaignAction = 'revise' | 'collect' | 'launch' | 'close' | 'cancel';
export const CAMPAIGN_KINDS = ['recall', 'service'] as const;

/** the life of a campaign; its units are collected before it is launched, and again while it runs. */
export const campaignSteps = defineSteps<CampaignState, 'revise' | 'complete' | 'launch' | 'close' | 'cancel'>({
  initial: 'draft',
  steps: {
    revise: { from: ['draft', 'collected'], to: 'draft' },
    complete: { from: ['draft', 'collected'], to: 'collected' },
    launch: { from: ['collected'], to: 'running' },
    close: { from: ['running'], to: 'closed' },
    cancel: { from: ['draft', 'collected', 'running'], to: 'cancelled' },
  },
  final: ['closed', 'cancelled'],
});

const CHANGING = ['quality_engineer'] as const;

/** Domain 1: the quality engineer's work. Refuses permission_denied ROLE_NOT_ALLOWED. */
export function requireCampaignRole(action: string, role: string): void {
  requireRole(role, CHANGING, `campaign.${action}`);
}

/** units are collected until the campaign ends. Refuses STEP_NOT_ALLOWED. */
export function refuseCollecting(state: CampaignState): void {
  if (!campaignSteps.final.includes(state)) return;
  throw new Refusal('failed_precondition', 'STEP_NOT_ALLOWED', `collect is not possible in state ${state}`, { action: 'collect', state });
}

/** The state once all units were asked for. */
export function collectedState(state: CampaignState): CampaignState {
  return state === 'running' ? 'running' : campaignSteps.next('complete', state);
}

/** Which units are concerned. */
export interface Selection {
  serials: string[];
  lots: string[];
  modelIds: string[];
  serialFrom: string;
  serialTo: string;
  manufacturedFrom: string;
  manufacturedTo: string;
  dispatchedFrom: string;
  dispatchedTo: string;
}

/** Whether units are also found by conditions, not only by their names. */
export function hasConditions({ modelIds, serialFrom, serialTo, manufacturedFrom, manufacturedTo, dispatchedFrom, dispatchedTo }: Selection): boolean {
  return modelIds.length > 0 || [serialFrom, serialTo, manufacturedFrom, manufacturedTo, dispatchedFrom, dispatchedTo].some((given) => given !== '');
}

/** What is refused of a campaign's content. */
export interface Content {
  kind: string;
  title: string;
  problem: string;
  remedy: string;
  selection: Selection;
  parts: { partId: string; quantity: number }[];
  dueOn: string;
}

/**
 * a campaign says what is wrong, what is done, and until when, and names its units: by serials, by lots, or by conditions whose ends
 * are in order. Refuses FIELD_MISSING, SELECTION_MISSING, INVALID_DATE, PERIOD_REVERSED, RANGE_REVERSED, DATE_IN_PAST, QUANTITY_INVALID.
 */
export function refuseWrongContent(content: Content, today: string): void {
  const refused = (reason: string, field: string, message: string): Refusal => new Refusal('invalid_argument', reason, message, { field });
  for (const field of ['title', 'problem', 'remedy'] as const) if (content[field].trim() === '') throw refused('FIELD_MISSING', field, `Fill in: ${field}.`);
  if (!(CAMPAIGN_KINDS as readonly string[]).includes(content.kind)) throw refused('FIELD_MISSING', 'kind', `A campaign is one of: ${CAMPAIGN_KINDS.join(', ')}.`);
  const { selection } = content;
  if (selection.serials.length + selection.lots.length === 0 && !hasConditions(selection)) throw refused('SELECTION_MISSING', 'selection', 'Say which units are concerned.');
  for (const [from, to] of [['manufacturedFrom', 'manufacturedTo'], ['dispatchedFrom', 'dispatchedTo']] as const) {
    for (const field of [from, to]) if (selection[field] !== '' && !isRealDate(selection[field])) throw refused('INVALID_DATE', `selection.${field}`, 'There is no such date.');
    if (selection[from] !== '' && selection[to] !== '' && selection[to] < selection[from]) throw refused('PERIOD_REVERSED', `selection.${to}`, 'The period ends before it begins.');
  }
  const [first, last] = [selection.serialFrom, selection.serialTo].map((serial) => serial.trim().toUpperCase());
  if (first !== '' && last !== '' && last < first) throw refused('RANGE_REVERSED', 'selection.serialTo', 'The last serial comes before the first.');
  if (!isRealDate(content.dueOn)) throw refused('INVALID_DATE', 'dueOn', 'There is no such date.');
  if (content.dueOn < today) throw refused('DATE_IN_PAST', 'dueOn', 'The day lies in the past.');
  const ids = content.parts.map(({ partId }) => partId);
  if (new Set(ids).size < ids.length || content.parts.some(({ quantity }) => quantity < 1)) throw refused('QUANTITY_INVALID', 'parts', 'Each part once, with at least one piece.');
}

/** a model that does not exist has no units to be collected. Refuses MODEL_UNKNOWN. */
export function refuseUnknownModels(named: readonly string[], known: ReadonlySet<string>): void {
  const at = named.findIndex((id) => !known.has(id));
  if (at >= 0) throw new Refusal('not_found', 'MODEL_UNKNOWN', 'There is no such model.', { field: `selection.modelIds[${at}]` });
}

/** a campaign starts with units to work on, a recall with a letter to their owners. Refuses CAMPAIGN_EMPTY, LETTER_MISSING. */
export function refuseLaunch(campaign: { kind: string; letter: string }, units: number): void {
  if (units === 0) throw new Refusal('failed_precondition', 'CAMPAIGN_EMPTY', 'No unit is concerned.');
  if (campaign.kind === 'recall' && campaign.letter.trim() === '') throw new Refusal('failed_precondition', 'LETTER_MISSING', 'A recall needs the letter to the customers.', { field: 'letter' });
}

/** a campaign that ends before all is done says why. Refuses REASON_MISSING. */
export function refuseSilentEnd(toDo: number, note: string): void {
  if (toDo > 0 && note.trim() === '') throw new Refusal('invalid_argument', 'REASON_MISSING', `${toDo} units are open: say why it ends.`, { field: 'note', open: toDo });
}

/** The buttons of a campaign. */
export function campaignActions(state: CampaignState, role: string): { action: string; reason?: string }[] {
  const step = (name: 'revise' | 'launch' | 'close' | 'cancel') => (): void => void campaignSteps.next(name, state);
  const rules: [CampaignAction, () => void][] = [
    ['revise', step('revise')], ['collect', () => refuseCollecting(state)], ['launch', step('launch')], ['close', step('close')], ['cancel', step('cancel')],
  ];
  return rules.map(([action, rule]) => ({ action, reason: refusalReason(() => { requireCampaignRole(action, role); rule(); }) }));
}
