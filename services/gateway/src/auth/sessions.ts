import { createHmac, randomBytes } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import type { Role } from '@aftercare/domain';
import { systemContext } from '@aftercare/messaging';
import { Database, SERVICE_CONFIG, type ServiceConfig, type Tx } from '@aftercare/service';

/** The user behind a session, as far as every request needs it. */
export interface SessionUser {
  id: string;
  username: string;
  name: string;
  role: Role;
  dealerId: string | null;
  siteId: string | null;
  mustChangePassword: boolean;
}

interface Remembered {
  user: SessionUser;
  readAtMs: number;
}

/** A session ends twelve hours after its last use, and after a week in any case. */
export const IDLE_HOURS = 12;
export const SESSION_DAYS = 7;
/** A disabled account or another role is felt after at most this time, by every gateway process. */
const REMEMBER_MS = 10_000;
const REMEMBERED_MAX = 10_000;
const TOKEN_BYTES = 32;
const TOKEN = /^[A-Za-z0-9_-]{43}$/;

const FIND = `
  with seen as (
    update session set seen_at = now(), expires_at = least(created_at + interval '${SESSION_DAYS} days', now() + interval '${IDLE_HOURS} hours')
    where token_hash = $1 and expires_at > now() and seen_at < now() - interval '5 minutes')
  select u.id, u.username, u.name, u.role, u.dealer_id as "dealerId", u.site_id as "siteId",
         u.must_change_password as "mustChangePassword"
  from session s join app_user u on u.id = s.user_id
  where s.token_hash = $1 and s.expires_at > now() and not u.disabled`;

/** Opaque tokens in a cookie; the database keeps their keyed hashes. Sessions live by the real clock. */
@Injectable()
export class Sessions {
  private readonly remembered = new Map<string, Remembered>();
  private readonly reading = new Map<string, Promise<SessionUser | null>>();
  /** Counts what was forgotten: a read that began before may have seen what has ended since. */
  private generation = 0;

  constructor(
    private readonly database: Database,
    @Inject(SERVICE_CONFIG) private readonly config: ServiceConfig,
  ) {}

  /** Opens a session within a sign-in; answers the token, which stands nowhere else. */
  async open(tx: Tx, userId: string): Promise<string> {
    const token = randomBytes(TOKEN_BYTES).toString('base64url');
    await tx.sql({
      name: 'session_open',
      text: `insert into session (token_hash, user_id, expires_at) values ($1, $2, now() + interval '${IDLE_HOURS} hours')`,
      values: [this.hashOf(token), userId],
    });
    await tx.sql({ name: 'session_sweep', text: 'delete from session where expires_at < now()', values: [] });
    return token;
  }

  /** The user of a token, or null when the session has ended. */
  async find(token: string): Promise<SessionUser | null> {
    if (!TOKEN.test(token)) return null;
    const tokenHash = this.hashOf(token);
    const known = this.remembered.get(tokenHash);
    if (known && Date.now() - known.readAtMs < REMEMBER_MS) return known.user;
    this.remembered.delete(tokenHash);
    return this.readOnce(tokenHash);
  }

  /** Ends one session; forgotten after the commit, for until then it may be read and remembered again. */
  async close(token: string): Promise<void> {
    const tokenHash = this.hashOf(token);
    try {
      await this.database.command(systemContext('gateway'), async (tx) => {
        await tx.sql({ name: 'session_close', text: 'delete from session where token_hash = $1', values: [tokenHash] });
        return {};
      });
    } finally {
      this.remembered.delete(tokenHash);
      this.outdateReads();
    }
  }

  /** Ends all sessions of a user but the named one, within the command that makes it necessary. */
  async closeAll(tx: Tx, userId: string, exceptToken?: string): Promise<void> {
    await tx.sql({
      name: 'session_close_all',
      text: 'delete from session where user_id = $1 and token_hash <> $2',
      values: [userId, exceptToken ? this.hashOf(exceptToken) : ''],
    });
  }

  /** Reads a user's sessions anew at their next use: call it after the commit that changed the account. */
  forget(userId: string): void {
    for (const [tokenHash, { user }] of this.remembered) if (user.id === userId) this.remembered.delete(tokenHash);
    this.outdateReads();
  }

  /** Reads under way are neither remembered nor shared with whoever asks from now on. */
  private outdateReads(): void {
    this.generation += 1;
    this.reading.clear();
  }

  /** Many requests of one session that come together ask the database once. */
  private readOnce(tokenHash: string): Promise<SessionUser | null> {
    const running = this.reading.get(tokenHash);
    if (running) return running;
    const read = this.read(tokenHash).finally(() => {
      if (this.reading.get(tokenHash) === read) this.reading.delete(tokenHash);
    });
    this.reading.set(tokenHash, read);
    return read;
  }

  private async read(tokenHash: string): Promise<SessionUser | null> {
    const { generation } = this;
    let found: SessionUser | undefined;
    await this.database.command(systemContext('gateway'), async (tx) => {
      [found] = await tx.sql<SessionUser>({ name: 'session_find', text: FIND, values: [tokenHash] });
      return {};
    });
    if (found && generation === this.generation) this.remember(tokenHash, found);
    return found ?? null;
  }

  private remember(tokenHash: string, user: SessionUser): void {
    if (this.remembered.size >= REMEMBERED_MAX) {
      const oldest = this.remembered.keys().next().value;
      if (oldest !== undefined) this.remembered.delete(oldest);
    }
    this.remembered.set(tokenHash, { user, readAtMs: Date.now() });
  }

  private hashOf(token: string): string {
    return createHmac('sha256', this.config.http?.sessionSecret ?? '').update(token).digest('hex');
  }
}
