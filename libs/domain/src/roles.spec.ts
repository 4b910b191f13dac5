import { ROLES } from './codes.js';
import { requireRole, seesPrices } from './roles.js';

describe('requireRole', () => {
  it('lets a named role pass and refuses every other one', () => {
    expect(() => requireRole('admin', ['admin'], 'activate')).not.toThrow();
    for (const role of ['auditor', 'system', 'customer', '']) {
      expect(() => requireRole(role, ['admin'], 'activate')).toThrow(expect.objectContaining({ code: 'permission_denied', reason: 'ROLE_NOT_ALLOWED' }));
    }
  });
});

it('F-7: dealer prices are seen by the manufacturer’s people and the dealer’s manager, by no technician and no customer', () => {
  expect(ROLES.filter((role) => !seesPrices(role))).toEqual(['dealer_technician']);
  expect(['system', 'customer', ''].map(seesPrices)).toEqual([true, false, false]);
});
