import { Refusal, requireRole, type Role } from '@aftercare/domain';

const MAY: readonly Role[] = ['service_clerk', 'quality_engineer', 'service_supervisor'];
const CODE = /^[a-z][a-z0-9_-]{0,39}$/i;
const NAME_LENGTH_MAX = 100;

/** Domain 1: who keeps the models keeps their families. Refuses ROLE_NOT_ALLOWED. */
export function requireFamilyRole(role: string): void {
  requireRole(role, MAY, 'keep-families');
}

/** W-9: a family has a code, which is never changed. Refuses FAMILY_INVALID. */
export function checkFamilyCode(code: string, field: string): void {
  if (!CODE.test(code)) throw refused(field, 'FAMILY_INVALID', 'The family is a code of at most 40 letters and digits.');
}

/** W-9: and names in both languages. Refuses NAME_INVALID. */
export function checkFamilyNames(family: { name: string; nameEn: string }): void {
  for (const field of ['name', 'nameEn'] as const) {
    if (family[field] === '' || family[field].length > NAME_LENGTH_MAX) throw refused(field, 'NAME_INVALID', 'A name is missing or too long.');
  }
}

function refused(field: string, reason: string, message: string): Refusal {
  return new Refusal('invalid_argument', reason, message, { field });
}
