/** What a new password must be: long rather than complicated, not a known one, not the name. */

export const PASSWORD_MIN = 10;
export const PASSWORD_MAX = 128;

export type PasswordProblem = 'PASSWORD_TOO_SHORT' | 'PASSWORD_TOO_LONG' | 'PASSWORD_TOO_COMMON' | 'PASSWORD_CONTAINS_NAME' | 'PASSWORD_UNCHANGED';

/** The beginnings of lists of stolen passwords, in lower case; a password made only of one of these is refused. */
const COMMON = [
  '1234567890', '12345678910', '0123456789', '0987654321', '1111111111', '0000000000', 'password', 'passw0rd', 'qwertyuiop',
  'qwerty', 'iloveyou', 'administrator', 'letmein', 'welcome', 'aftercare', '1q2w3e4r5t', '1qaz2wsx3edc', 'abcdefghij', 'woaini',
  'changeme', 'a123456789', 'aa123456', '5201314',
];
const DISTINCT_MIN = 4;
const NAME_MIN = 4;

/** Digits and signs that people hang on a common word do not make it another one. */
function stem(password: string): string {
  return password.toLowerCase().replace(/[^a-z]+$/, '').replace(/^[^a-z]+/, '');
}

/** Why this may not be the user's new password, or undefined when it may. */
export function passwordProblem(password: string, user: { username: string; currentPassword?: string }): PasswordProblem | undefined {
  const length = [...password].length;
  if (length < PASSWORD_MIN) return 'PASSWORD_TOO_SHORT';
  if (length > PASSWORD_MAX) return 'PASSWORD_TOO_LONG';
  const lower = password.toLowerCase();
  if (COMMON.includes(lower) || COMMON.includes(stem(password)) || new Set(lower).size < DISTINCT_MIN) return 'PASSWORD_TOO_COMMON';
  const name = user.username.toLowerCase();
  if (name.length >= NAME_MIN && lower.includes(name)) return 'PASSWORD_CONTAINS_NAME';
  return password === user.currentPassword ? 'PASSWORD_UNCHANGED' : undefined;
}
