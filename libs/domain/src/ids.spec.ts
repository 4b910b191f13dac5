import { isId, newId } from './ids.js';
import { CALL_STATES, EXCLUSIONS, isDealerRole, ROLES, SUPPLY_KINDS } from './codes.js';

describe('ids and codes', () => {
  it('ids are lower-case UUIDv7, each new one sorts after the one before', () => {
    const ids = Array.from({ length: 1_000 }, newId);
    expect([...ids].sort()).toEqual(ids);
    expect(ids.every(isId)).toBe(true);
    expect(['', 'x', '00000000-0000-0000-0000-000000000000', newId().toUpperCase(), 7].some(isId)).toBe(false);
  });

  it('the closed lists hold no value twice', () => {
    for (const list of [ROLES, EXCLUSIONS, CALL_STATES, SUPPLY_KINDS]) expect(new Set(list).size).toBe(list.length);
    expect(ROLES.filter(isDealerRole)).toEqual(['dealer_manager', 'dealer_technician']);
  });
});
