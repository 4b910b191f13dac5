import type { SettingKey } from '@aftercare/domain';

/** The limits in force, by the end of their keys in the settings. */
export interface SupportLimits {
  callsMin: number;
  firstFixGapPoints: number;
  repeatGapPoints: number;
  partFactorPercent: number;
  piecesMin: number;
  onTimePercent: number;
  callsPerTechnician: number;
}

export const SUPPORT_SETTINGS = [
  'support.callsMin', 'support.firstFixGapPoints', 'support.repeatGapPoints', 'support.partFactorPercent', 'support.piecesMin',
  'support.onTimePercent', 'support.callsPerTechnician',
] as const satisfies readonly SettingKey[];

/** A product family at a dealer, beside the network's medians; those are null where they may not be shown. */
export interface FamilyFigures {
  family: string;
  calls: number;
  resolved: number;
  firstFixPercent: string;
  repeatPercent: string;
  /** Technicians with a valid certificate, who are given work. */
  certified: number;
  network: { firstFixPercent: string; repeatPercent: string } | null;
}

/** A part at a dealer, beside the network's use. */
export interface PartFigures {
  partId: string;
  name: string;
  quantity: number;
  per100Calls: string;
  /** Empty where it may not be shown. */
  networkPer100Calls: string;
}

/** How the dealer's technicians keep up. */
export interface StaffFigures {
  measured24: number;
  onTime24Percent: string;
  technicians: number;
  callsPerTechnician: string;
}

/** A figure that passed its limit, with what it is compared with. */
export interface Evidence {
  figure: 'firstFixPercent' | 'repeatPercent' | 'certified' | 'per100Calls' | 'onTime24Percent' | 'callsPerTechnician';
  value: string;
  compared: string;
  threshold: string;
  setting: (typeof SUPPORT_SETTINGS)[number];
}

/** A need with the figures behind it (D-4). */
export interface Need {
  kind: 'training' | 'parts' | 'staff';
  subject: string;
  subjectName: string;
  figures: Evidence[];
}

/** D-4: what support a dealer needs; each need carries the figures that say so. */
export function supportNeeded(dealer: { families: FamilyFigures[]; parts: PartFigures[]; staff: StaffFigures }, limits: SupportLimits): Need[] {
  return [
    ...dealer.families.flatMap((family) => trainingNeeded(family, limits)),
    ...dealer.parts.flatMap((part) => partNeeded(part, limits)),
    ...staffNeeded(dealer.staff, limits),
  ];
}

/**
 * D-4: training on a family with enough calls, when its first-time-fix rate lies under the network's median by the gap, its share
 * of repeat calls over it by the gap, or nobody who is given work holds a valid certificate for it.
 */
export function trainingNeeded(family: FamilyFigures, limits: SupportLimits): Need[] {
  if (family.family === '' || family.calls < limits.callsMin) return [];
  const { network } = family;
  const figures: Evidence[] = [];
  if (network && family.resolved >= limits.callsMin && gap(network.firstFixPercent, family.firstFixPercent) >= limits.firstFixGapPoints) {
    figures.push({
      figure: 'firstFixPercent', value: family.firstFixPercent, compared: network.firstFixPercent,
      threshold: `${limits.firstFixGapPoints}`, setting: 'support.firstFixGapPoints',
    });
  }
  if (network && gap(family.repeatPercent, network.repeatPercent) >= limits.repeatGapPoints) {
    figures.push({
      figure: 'repeatPercent', value: family.repeatPercent, compared: network.repeatPercent,
      threshold: `${limits.repeatGapPoints}`, setting: 'support.repeatGapPoints',
    });
  }
  if (family.certified === 0) {
    figures.push({ figure: 'certified', value: '0', compared: '', threshold: `${limits.callsMin}`, setting: 'support.callsMin' });
  }
  return figures.length === 0 ? [] : [{ kind: 'training', subject: family.family, subjectName: family.family, figures }];
}

/** D-4: support with a part of which enough pieces are replaced, and for 100 calls the factor of what the network replaces. */
export function partNeeded(part: PartFigures, limits: SupportLimits): Need[] {
  if (part.quantity < limits.piecesMin || part.networkPer100Calls === '' || Number(part.networkPer100Calls) === 0 || part.per100Calls === '') return [];
  if (Number(part.per100Calls) * 100 < Number(part.networkPer100Calls) * limits.partFactorPercent) return [];
  const figure: Evidence = {
    figure: 'per100Calls', value: part.per100Calls, compared: part.networkPer100Calls,
    threshold: `${limits.partFactorPercent}`, setting: 'support.partFactorPercent',
  };
  return [{ kind: 'parts', subject: part.partId, subjectName: part.name, figures: [figure] }];
}

/** D-4: more staff, when too few of enough calls are solved within 24 hours and each technician has more than enough work. */
export function staffNeeded(staff: StaffFigures, limits: SupportLimits): Need[] {
  if (staff.measured24 < limits.callsMin || staff.technicians === 0) return [];
  if (Number(staff.onTime24Percent) >= limits.onTimePercent || Number(staff.callsPerTechnician) <= limits.callsPerTechnician) return [];
  return [{
    kind: 'staff', subject: '', subjectName: '',
    figures: [
      { figure: 'onTime24Percent', value: staff.onTime24Percent, compared: '', threshold: `${limits.onTimePercent}`, setting: 'support.onTimePercent' },
      {
        figure: 'callsPerTechnician', value: staff.callsPerTechnician, compared: '',
        threshold: `${limits.callsPerTechnician}`, setting: 'support.callsPerTechnician',
      },
    ],
  }];
}

/** How many points the first percentage lies over the second; nothing where one of them is unknown. */
function gap(higher: string, lower: string): number {
  return higher === '' || lower === '' ? 0 : Math.round((Number(higher) - Number(lower)) * 10) / 10;
}
