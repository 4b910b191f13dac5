import { databaseError } from './postgres-errors.js';

describe('what a caller is told of a database error', () => {
  it.each(['22P02', '22003', '22007', '22008', '22009', '22021', '22023'])('%s is a value that does not fit, not a fault of ours', (code) => {
    expect(databaseError(Object.assign(new Error('of the server'), { code }))).toMatchObject({ code: 'invalid_argument', reason: 'VALUE_INVALID' });
  });
});
