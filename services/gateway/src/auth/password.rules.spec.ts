import { passwordProblem } from './password.rules.js';

const user = { username: 'wang.li' };

describe('password rules', () => {
  it('takes a long sentence without demanding digits or signs', () => {
    expect(passwordProblem('correct horse battery', user)).toBeUndefined();
    expect(passwordProblem('春天的第一场雨落在台州', user)).toBeUndefined();
  });

  it('refuses what is short, endless, common, the name, or the old one', () => {
    expect(passwordProblem('kurz9!Xy', user)).toBe('PASSWORD_TOO_SHORT');
    expect(passwordProblem('x'.repeat(129), user)).toBe('PASSWORD_TOO_LONG');
    expect(passwordProblem('Password2026!', user)).toBe('PASSWORD_TOO_COMMON');
    expect(passwordProblem('1234567890', user)).toBe('PASSWORD_TOO_COMMON');
    expect(passwordProblem('ababababababab', user)).toBe('PASSWORD_TOO_COMMON');
    expect(passwordProblem('my-Wang.Li-2026', user)).toBe('PASSWORD_CONTAINS_NAME');
    expect(passwordProblem('river stone lamp', { ...user, currentPassword: 'river stone lamp' })).toBe('PASSWORD_UNCHANGED');
  });
});
