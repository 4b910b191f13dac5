import { Injectable } from '@nestjs/common';
import { callContext, ServiceError, systemContext } from '@aftercare/messaging';
import { Database, type Tx } from '@aftercare/service';
import { waitAfterFailures } from './lockout.rules.js';
import { passwordProblem, PASSWORD_MIN } from './password.rules.js';
import { hashPassword, passwordFits } from './passwords.js';
import { Sessions, type SessionUser } from './sessions.js';
import { UnknownNames } from './unknown-names.js';

interface Credentials extends SessionUser {
  passwordHash: string;
  disabled: boolean;
  failedAttempts: number;
  waitSeconds: number;
}

const FIND_BY_NAME = `
  select id, username, name, role, dealer_id as "dealerId", site_id as "siteId", must_change_password as "mustChangePassword",
         password_hash as "passwordHash", disabled, failed_attempts as "failedAttempts",
         greatest(0, ceil(extract(epoch from locked_until - now())))::int as "waitSeconds"
  from app_user where lower(username) = lower($1)`;

const SIGNED_IN = 'update app_user set failed_attempts = 0, locked_until = null where id = $1 and password_hash = $2 and not disabled returning id';

const OWN_PASSWORD = `
  update app_user set password_hash = $2, must_change_password = false, failed_attempts = 0, locked_until = null, version = version + 1
  where id = $1 and password_hash = $3 returning id`;

/** Signing in, and a user's own password. Waiting times run by the real clock. */
@Injectable()
export class SignIn {
  /** Attempts by name, each after the one before: guesses made at once would otherwise all be verified before the first of them counts. */
  private readonly attempts = new Map<string, Promise<unknown>>();
  private readonly unknownNames = new UnknownNames();

  constructor(
    private readonly database: Database,
    private readonly sessions: Sessions,
  ) {}

  /**
   * Opens a session. Errors: unauthenticated CREDENTIALS_WRONG, resource_exhausted ACCOUNT_LOCKED with details.retryAfterSeconds;
   * in both an unknown name, a wrong password and a disabled account look the same.
   */
  signIn(username: string, password: string): Promise<{ token: string; user: SessionUser }> {
    return this.inTurn(username, () => this.attempt(username, password));
  }

  private async inTurn<T>(username: string, work: () => Promise<T>): Promise<T> {
    const name = username.toLowerCase();
    const attempt = (this.attempts.get(name) ?? Promise.resolve()).then(work);
    const ended = attempt.catch(() => undefined);
    this.attempts.set(name, ended);
    try {
      return await attempt;
    } finally {
      if (this.attempts.get(name) === ended) this.attempts.delete(name);
    }
  }

  private async attempt(username: string, password: string): Promise<{ token: string; user: SessionUser }> {
    const found = await this.find(username);
    refuseWhileLocked(found ? found.waitSeconds : this.unknownNames.waitSeconds(username));
    const fits = await passwordFits(found?.passwordHash, password);
    if (!found) throw refused(this.unknownNames.failed(username), wrong);
    if (!fits || found.disabled) throw refused(await this.failed(found), wrong);
    let token = '';
    await this.database.command(systemContext('gateway'), async (tx) => {
      // Whose password was changed or account disabled meanwhile had his sessions ended: none is opened by what held before.
      const [still] = await tx.sql<{ id: string }>({ name: 'user_signed_in', text: SIGNED_IN, values: [found.id, found.passwordHash] });
      if (!still) throw wrong();
      await tx.audit({ action: 'sign-in', kind: 'user', id: found.id, dealerId: found.dealerId });
      token = await this.sessions.open(tx, found.id);
      return {};
    });
    return { token, user: publicPart(found) };
  }

  /**
   * Changes the caller's own password and ends his other sessions. A wrong present one counts as it does at the sign-in. Errors:
   * PASSWORD_WRONG, ACCOUNT_LOCKED, and the reasons of passwordProblem as invalid_argument.
   */
  async changePassword(passwords: { current: string; next: string }, token: string): Promise<void> {
    const { userId } = callContext();
    const own = await this.byId(userId);
    if (!own) throw passwordWrong();
    const found = await this.inTurn(own.username, () => this.knowsPassword(own.username, passwords.current));
    assertNewPassword(passwords.next, { username: found.username, currentPassword: passwords.current }, 'newPassword');
    const passwordHash = await hashPassword(passwords.next);
    await this.database.command(systemContext('gateway'), async (tx) => {
      const [still] = await tx.sql<{ id: string }>({ name: 'user_own_password', text: OWN_PASSWORD, values: [userId, passwordHash, found.passwordHash] });
      // An admin reset it meanwhile, and this session ended with it.
      if (!still) throw passwordWrong();
      await this.sessions.closeAll(tx, userId, token);
      await tx.audit({ action: 'change-password', kind: 'user', id: userId, dealerId: found.dealerId });
      return {};
    });
    this.sessions.forget(userId);
  }

  /** The account of who knows its password. Errors: PASSWORD_WRONG, ACCOUNT_LOCKED. */
  private async knowsPassword(username: string, password: string): Promise<Credentials> {
    const found = await this.find(username);
    if (!found) throw passwordWrong();
    refuseWhileLocked(found.waitSeconds);
    if (!(await passwordFits(found.passwordHash, password))) throw refused(await this.failed(found), passwordWrong);
    return found;
  }

  /** Counts a failure; answers the seconds for which the account is closed by it. */
  private async failed(found: Credentials): Promise<number> {
    const waitSeconds = waitAfterFailures(found.failedAttempts + 1);
    await this.database.command(systemContext('gateway'), async (tx) => {
      await countFailure(tx, found.id, waitSeconds);
      if (waitSeconds > 0) await tx.audit({ action: 'lock', kind: 'user', id: found.id, dealerId: found.dealerId });
      return {};
    });
    return waitSeconds;
  }

  private find(username: string): Promise<Credentials | null> {
    return this.database.one<Credentials>(systemContext('gateway'), { name: 'user_by_name', text: FIND_BY_NAME, values: [username] });
  }

  private byId(userId: string): Promise<{ username: string } | null> {
    return this.database.one(systemContext('gateway'), { name: 'user_own_name', text: 'select username from app_user where id = $1', values: [userId] });
  }
}

/** Refuses a new password that breaks the rules. Errors: invalid_argument with the rule's reason. */
export function assertNewPassword(password: string, user: { username: string; currentPassword?: string }, field: string): void {
  const problem = passwordProblem(password, user);
  if (problem) throw new ServiceError('invalid_argument', problem, 'The new password breaks the password rules.', { field, min: PASSWORD_MIN });
}

async function countFailure(tx: Tx, userId: string, waitSeconds: number): Promise<void> {
  await tx.sql({
    name: 'user_failed',
    text: `update app_user set failed_attempts = failed_attempts + 1,
             locked_until = case when $2::int > 0 then now() + make_interval(secs => $2::int) else locked_until end
           where id = $1`,
    values: [userId, waitSeconds],
  });
}

function publicPart({ id, username, name, role, dealerId, siteId, mustChangePassword }: SessionUser): SessionUser {
  return { id, username, name, role, dealerId, siteId, mustChangePassword };
}

function wrong(): ServiceError {
  return new ServiceError('unauthenticated', 'CREDENTIALS_WRONG', 'User name or password is wrong.');
}

function passwordWrong(): ServiceError {
  return new ServiceError('invalid_argument', 'PASSWORD_WRONG', 'The present password is wrong.', { field: 'currentPassword' });
}

/** The answer to a failure: that it closed the account, or what is wrong. */
function refused(waitSeconds: number, otherwise: () => ServiceError): ServiceError {
  return waitSeconds > 0 ? locked(waitSeconds) : otherwise();
}

function refuseWhileLocked(waitSeconds: number): void {
  if (waitSeconds > 0) throw locked(waitSeconds);
}

function locked(retryAfterSeconds: number): ServiceError {
  return new ServiceError('resource_exhausted', 'ACCOUNT_LOCKED', 'Too many wrong passwords; the account is closed for a while.', { retryAfterSeconds });
}
