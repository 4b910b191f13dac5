/** Deadline kind: the due day begins (H-1). */
export const DUE_DEADLINE = 'obligation-due';

/** Deadline kind: the due day is over and pieces are outstanding (H-1). */
export const OVERDUE_DEADLINE = 'obligation-overdue';
