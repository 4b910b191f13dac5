import { notServing } from './serving.rules.js';

describe('a dealer whose agreement has ended', () => {
  it('D-1: is refused with what it is now, so that who asks knows why', () => {
    expect(notServing()).toMatchObject({ code: 'failed_precondition', reason: 'DEALER_NOT_ACTIVE', details: { status: 'terminated' } });
  });
});
