import { askerOf } from './asker.js';

describe('who asked', () => {
  it('X-4: the manufacturer names who asked where it acts for a dealer', () => {
    expect(askerOf('service_clerk', ' 李经理 ')).toBe('李经理');
    for (const role of ['service_clerk', 'finance_clerk']) {
      expect(() => askerOf(role, ' ')).toThrow(expect.objectContaining({ reason: 'ASKED_BY_MISSING', details: { field: 'askedBy' } }) as Error);
    }
  });

  it('X-4: a dealer’s own user acts for himself, the administrator by his own right', () => {
    for (const role of ['dealer_manager', 'dealer_technician', 'admin']) expect(askerOf(role, '李经理')).toBe('');
  });
});
