import { namedFiles, ownOnly, requireExportRole } from './export.rules.js';

describe('the export for the person it is about', () => {
  it('C-5: is made by whom may anonymise, and by the dealer’s manager', () => {
    for (const role of ['admin', 'service_supervisor', 'dealer_manager']) expect(() => requireExportRole(role)).not.toThrow();
    for (const role of ['dealer_technician', 'service_clerk', 'auditor']) expect(() => requireExportRole(role)).toThrow(expect.objectContaining({ reason: 'ROLE_NOT_ALLOWED' }));
  });

  it('C-5, C-2: papers and price are the buyer’s, and a price goes out only by the selling dealer itself', () => {
    const unit = { sellerId: 'a', bought: true, salePrice: '99.50', proof: { id: 'p', sha256: '1' } };
    const content = { files: [], units: [unit, { ...unit, bought: false }, { ...unit, sellerId: 'b' }], classes: [{ contribution: '99.50' }] };
    const told = (dealerId: string | null, serving = 'a', units = content.units) => {
      const { units: shown, classes } = ownOnly({ ...content, units }, { role: dealerId === null ? 'admin' : 'dealer_manager', dealerId }, serving);
      return { prices: shown.map(({ salePrice }) => salePrice), papers: shown.map(({ proof }) => proof !== null), sums: classes[0].contribution };
    };
    expect(told('a')).toEqual({ prices: ['99.50', null, null], papers: [true, false, true], sums: null });
    expect(told('a', 'a', [unit])).toEqual({ prices: ['99.50'], papers: [true], sums: '99.50' });
    for (const [caller, serving] of [['parent', 'a'], ['successor', 'successor'], [null, 'a']] as const) expect(told(caller, serving, [unit])).toEqual({ prices: [null], papers: [true], sums: null });
    expect(JSON.stringify(ownOnly(content, { role: 'dealer_manager', dealerId: 'a' }, 'a'))).not.toContain('sellerId');
  });

  it('C-5: names every photo and paper once', () => {
    const [photo, proof] = [{ id: 'a', sha256: '1' }, { id: 'b', sha256: '2' }];
    expect(namedFiles({ units: [{ id: 'u', proof }], installations: [{ photos: [photo, proof] }], none: null })).toEqual([proof, photo]);
    expect(namedFiles(null)).toEqual([]);
  });
});
