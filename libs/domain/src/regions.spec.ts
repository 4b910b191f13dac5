import { isAddressRegion, isRegionCode, regionWithin } from './regions.js';

describe('regions of GB/T 2260', () => {
  it('knows provinces, cities and districts, and nothing else', () => {
    for (const code of ['310000', '310104', '330100', '330106', '331000', '331002', '441900', '820000']) expect(isRegionCode(code)).toBe(true);
    for (const code of ['', '31010', '3101040', '999999', '310199', 'abcdef', null, 310104]) expect(isRegionCode(code)).toBe(false);
  });

  it('takes a district or a city as the region of an address, not a whole province', () => {
    expect(isAddressRegion('310104')).toBe(true);
    expect(isAddressRegion('441900')).toBe(true);
    expect(isAddressRegion('310000')).toBe(false);
  });

  it('finds a district inside a territory of provinces, cities or districts', () => {
    expect(regionWithin('310104', ['310000'])).toBe(true);
    expect(regionWithin('330106', ['330100'])).toBe(true);
    expect(regionWithin('331002', ['330100'])).toBe(false);
    expect(regionWithin('310104', ['310104'])).toBe(true);
    expect(regionWithin('310115', ['310104', '320000'])).toBe(false);
    expect(regionWithin('310104', [])).toBe(false);
  });
});
