import { technicianCertificate } from './call-certificate.rules.js';

describe('the certificate of an assigned technician', () => {
  it('D-5: who has no certificate that holds on the day of the visit is flagged, the last day counts', () => {
    expect(technicianCertificate({ family: 'faucet', validUntil: '2026-03-31' }, '2026-03-31')).toBe('valid');
    expect(technicianCertificate({ family: 'faucet', validUntil: '2026-03-31' }, '2026-04-01')).toBe('expired');
    expect(technicianCertificate({ family: 'faucet', validUntil: null }, '2026-03-31')).toBe('missing');
  });

  it('D-5: of a unit whose family is not known nothing is said', () => {
    expect(technicianCertificate({ family: null, validUntil: null }, '2026-03-31')).toBe('family_unknown');
    expect(technicianCertificate({ family: null, validUntil: '2020-01-01' }, '2026-03-31')).toBe('family_unknown');
  });
});
