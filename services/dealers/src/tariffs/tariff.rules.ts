import {
  checkWithinYear, codeKey, defineSteps, exceeds, isRealDate, isRegionCode, percentAbove, Refusal, refusalReason, regionWithin, requireFamilyInUse, requireRole, STATED_AMOUNT,
  type KnownFamily, type Role,
} from '@aftercare/domain';

export type TariffState = 'draft' | 'published';
export type TariffAction = 'update' | 'publish';

/** F-7: a published tariff never changes, a later one takes its place. */
export const tariffSteps = defineSteps<TariffState, TariffAction>({
  initial: 'draft',
  steps: { update: { from: ['draft'], to: 'draft' }, publish: { from: ['draft'], to: 'published' } },
  final: ['published'],
});

/** What a visit should cost for a family and a region, each empty for all others. */
export interface TariffLine {
  family: string;
  regionCode: string;
  labourFee: string;
  travelFee: string;
}

/** A dealer's fees beside the reference, as far as there are both. */
export interface FeesBesideReference {
  referenceLabourFee: string;
  referenceTravelFee: string;
  labourDeviationPercent: string;
  travelDeviationPercent: string;
  aboveReference: boolean;
}

const MAY: Readonly<Record<TariffAction | 'create', readonly Role[]>> = {
  create: ['finance_clerk', 'service_supervisor'], update: ['finance_clerk', 'service_supervisor'], publish: ['service_supervisor'],
};
/** As customers spells the families of its models. */
const FAMILY = /^[a-z][a-z0-9_-]{0,39}$/i;
const LINES_MAX = 500;

/** F-7: prices are drafted by finance or the supervisor and published by a supervisor. Refuses ROLE_NOT_ALLOWED. */
export function requireTariffRole(action: TariffAction | 'create', role: string): void {
  requireRole(role, MAY[action], 'tariffs');
}

/**
 * D-3: a tariff begins today or later, within a year, and names each family and region once, with fees per visit.
 * Refuses INVALID_DATE, DATE_IN_PAST, DATE_TOO_FAR, FEES_MISSING, FAMILY_INVALID, REGION_UNKNOWN, AMOUNT_INVALID, LINE_DOUBLE.
 */
export function checkTariff(tariff: { effectiveFrom: string; lines: readonly TariffLine[] }, today: string): void {
  checkTariffDay(tariff.effectiveFrom, today);
  if (tariff.lines.length === 0 || tariff.lines.length > LINES_MAX) throw refused('FEES_MISSING', 'lines', `A tariff has 1 to ${LINES_MAX} lines.`);
  const seen = new Set<string>();
  tariff.lines.forEach((line, at) => {
    const field = `lines[${at}]`;
    if (line.family !== '' && !FAMILY.test(line.family)) throw refused('FAMILY_INVALID', `${field}.family`, 'The family is a code of at most 40 letters and digits.');
    if (line.regionCode !== '' && !isRegionCode(line.regionCode)) throw refused('REGION_UNKNOWN', `${field}.regionCode`, 'There is no such region.');
    for (const fee of ['labourFee', 'travelFee'] as const) {
      if (!STATED_AMOUNT.test(line[fee])) throw refused('AMOUNT_INVALID', `${field}.${fee}`, 'An amount has at most 10 digits and two decimals.');
    }
    const key = `${codeKey(line.family)} ${line.regionCode}`;
    if (seen.has(key)) throw refused('LINE_DOUBLE', field, 'A family stands once for a region.');
    seen.add(key);
  });
}

/** W-9: every family that a tariff names is one of the catalogue that is in use. Refuses FAMILY_UNKNOWN, FAMILY_RETIRED with the line. */
export function requireFamiliesInUse(lines: readonly Pick<TariffLine, 'family'>[], known: ReadonlyMap<string, KnownFamily>): void {
  lines.forEach(({ family }, at) => {
    if (family !== '') requireFamilyInUse(known.get(family) ?? null, `lines[${at}].family`);
  });
}

/** F-7: the state after publishing, by somebody other than who drafted. Refuses STEP_NOT_ALLOWED, APPROVER_IS_REQUESTER, INVALID_DATE, DATE_IN_PAST. */
export function publishTariff(tariff: { state: TariffState; draftedBy: string; effectiveFrom: string }, userId: string, today: string): TariffState {
  const next = tariffSteps.next('publish', tariff.state);
  if (tariff.draftedBy === userId) {
    throw new Refusal('permission_denied', 'APPROVER_IS_REQUESTER', 'A tariff is published by somebody other than who drafted it.');
  }
  checkTariffDay(tariff.effectiveFrom, today);
  return next;
}

/** What the caller may do with a tariff now, and why not. */
export function tariffActions(
  tariff: { state: TariffState; draftedBy: string; effectiveFrom: string }, caller: { role: string; userId: string }, today: string,
): { action: TariffAction; reason?: string }[] {
  const answer = (action: TariffAction, rule: () => unknown): { action: TariffAction; reason?: string } => ({
    action,
    reason: refusalReason(() => {
      requireTariffRole(action, caller.role);
      rule();
    }),
  });
  return [answer('update', () => tariffSteps.next('update', tariff.state)), answer('publish', () => publishTariff(tariff, caller.userId, today))];
}

/** D-3: the line that counts for a family and a region: the exact family before all others, then the smallest region that holds it. */
export function referenceLine(lines: readonly TariffLine[], family: string, regionCode: string): TariffLine | undefined {
  const size = (code: string): number => code.replace(/(00){1,2}$/, '').length;
  return lines
    .filter((line) => (line.family === '' || line.family === family) && (line.regionCode === '' || regionWithin(regionCode, [line.regionCode])))
    .sort((a, b) => b.family.length - a.family.length || size(b.regionCode) - size(a.regionCode))
    .at(0);
}

/** D-3: fees beside the reference; above it by more than the setting's percentage is shown, never refused. */
export function besideReference(fees: { labourFee: string; travelFee: string } | null, line: TariffLine | undefined, abovePercent: number): FeesBesideReference {
  const deviation = (fee: string | undefined, reference: string | undefined): string => (fee && reference ? percentAbove(fee, reference) : '');
  return {
    referenceLabourFee: line?.labourFee ?? '',
    referenceTravelFee: line?.travelFee ?? '',
    labourDeviationPercent: deviation(fees?.labourFee, line?.labourFee),
    travelDeviationPercent: deviation(fees?.travelFee, line?.travelFee),
    aboveReference: Boolean(fees && line && (exceeds(fees.labourFee, line.labourFee, abovePercent) || exceeds(fees.travelFee, line.travelFee, abovePercent))),
  };
}

function checkTariffDay(effectiveFrom: string, today: string): void {
  if (!isRealDate(effectiveFrom)) throw refused('INVALID_DATE', 'effectiveFrom', 'This is not a calendar date.');
  if (effectiveFrom < today) throw refused('DATE_IN_PAST', 'effectiveFrom', 'A tariff holds from today or a later day on.');
  checkWithinYear('effectiveFrom', effectiveFrom, today);
}

function refused(reason: string, field: string, message: string): Refusal {
  return new Refusal('invalid_argument', reason, message, { field });
}
