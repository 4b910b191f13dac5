/** What is known of a technician's certificate for the family of a call's unit; empty while nobody is assigned. */
export type TechnicianCertificate = '' | 'valid' | 'expired' | 'missing' | 'family_unknown';

/** What was told of the unit and the technician; null where nothing was. */
export interface CertificateFacts {
  family: string | null;
  /** Last day by all his certificates for that family, the day before a revocation for one; it still counts. */
  validUntil: string | null;
}

/** D-5: who has no certificate that holds on the day of the visit is flagged; of a unit whose family is not known nothing is said. */
export function technicianCertificate({ family, validUntil }: CertificateFacts, day: string): TechnicianCertificate {
  if (family === null) return 'family_unknown';
  if (validUntil === null) return 'missing';
  return validUntil < day ? 'expired' : 'valid';
}
