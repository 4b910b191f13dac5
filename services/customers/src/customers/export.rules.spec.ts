import { namedFiles, requireExportRole } from './export.rules.js';

describe('the export for the person it is about', () => {
  it('C-5: is made by whom may anonymise, and by the dealer’s manager', () => {
    for (const role of ['admin', 'service_supervisor', 'dealer_manager']) expect(() => requireExportRole(role)).not.toThrow();
    for (const role of ['dealer_technician', 'service_clerk', 'auditor']) expect(() => requireExportRole(role)).toThrow(expect.objectContaining({ reason: 'ROLE_NOT_ALLOWED' }));
  });

  it('C-5: names every photo and paper once', () => {
    const [photo, proof] = [{ id: 'a', sha256: '1' }, { id: 'b', sha256: '2' }];
    expect(namedFiles({ units: [{ id: 'u', proof }], installations: [{ photos: [photo, proof] }], none: null })).toEqual([proof, photo]);
    expect(namedFiles(null)).toEqual([]);
  });
});
