import { requireRole } from './roles.js';

describe('requireRole', () => {
  it('lets a named role pass and refuses every other one', () => {
    expect(() => requireRole('admin', ['admin'], 'activate')).not.toThrow();
    for (const role of ['auditor', 'system', 'customer', '']) {
      expect(() => requireRole(role, ['admin'], 'activate')).toThrow(expect.objectContaining({ code: 'permission_denied', reason: 'ROLE_NOT_ALLOWED' }));
    }
  });
});
