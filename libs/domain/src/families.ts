import { Refusal } from './refusal.js';

/** A product family of the catalogue, as far as others look at it. */
export interface KnownFamily {
  active: boolean;
}

/**
 * W-9: what is newly kept by a family (a model, a checklist, a course, a fault code) names one of the catalogue that is in use.
 * Refuses FAMILY_UNKNOWN, FAMILY_RETIRED.
 */
export function requireFamilyInUse(family: KnownFamily | null, field = 'family'): void {
  if (family === null) throw new Refusal('invalid_argument', 'FAMILY_UNKNOWN', 'The catalogue has no such family.', { field });
  if (!family.active) throw new Refusal('failed_precondition', 'FAMILY_RETIRED', 'The family takes nothing new.', { field });
}
