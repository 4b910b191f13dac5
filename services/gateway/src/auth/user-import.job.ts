import { Inject, Injectable } from '@nestjs/common';
import { TechnicianImportedSchema } from '@aftercare/contracts';
import { ImportRowReader, newId } from '@aftercare/domain';
import { ServiceError, systemContext } from '@aftercare/messaging';
import {
  CheckedSheets, Database, jobErrors, JobKind, JobRefusal, SERVICE_CONFIG, type JobError, type JobHandler, type JobRow, type ServiceConfig, type Tx,
} from '@aftercare/service';
import { hashPassword, oneTimePassword } from './passwords.js';
import { insertUser } from './user-accounts.js';
import { checkUserSheet, type KnownUser, type UserColumn, type UserRow, type UserSheet } from './user-import.rules.js';

/** Passwords hashed side by side; each takes its 19 MiB. */
const HASHES_AT_ONCE = 4;

interface Options {
  /** What the accounts of one import have in common. */
  batch?: string;
}

/**
 * job "import-users": accounts with one-time passwords, all or nothing; the same file again changes nothing. No password is
 * kept anywhere: who imported the accounts asks for them while they hold. `dealers` hears of each technician, so that he can be given work.
 */
@Injectable()
@JobKind('import-users', { roles: ['admin', 'service_clerk', 'dealer_manager'] })
export class UserImportJob implements JobHandler<Options> {
  private readonly sheets = new CheckedSheets<UserSheet>();

  constructor(
    private readonly database: Database,
    @Inject(SERVICE_CONFIG) private readonly config: ServiceConfig,
  ) {}

  async validate(rows: JobRow[], _options: Options, tx: Tx): Promise<JobError[]> {
    return jobErrors(tx.ctx, (await this.checked(rows, tx)).faults);
  }

  async apply(rows: JobRow[], { batch = newId() }: Options, tx: Tx, progress: (done: number) => void): Promise<object> {
    const { fresh, unchanged } = await this.checked(rows, tx);
    for (let at = 0; at < fresh.length; at += HASHES_AT_ONCE) {
      const users = fresh.slice(at, at + HASHES_AT_ONCE).map((user) => ({ ...user, id: newId() }));
      const hashes = await Promise.all(users.map(({ id }) => hashPassword(oneTimePassword(this.config.http?.sessionSecret ?? '', id, 1))));
      for (const [index, user] of users.entries()) await open(tx, { ...user, passwordHash: hashes[index], batch });
      progress(unchanged + at + users.length);
    }
    return { opened: fresh.length, unchanged, batch };
  }

  private checked(rows: JobRow[], tx: Tx): Promise<UserSheet> {
    return this.sheets.of(rows, async () => checkUserSheet(rows, await this.accountsOf(rows, tx), tx.ctx));
  }

  private async accountsOf(rows: JobRow[], tx: Tx): Promise<Parameters<typeof checkUserSheet>[1]> {
    const names = [...new Set(rows.map((row) => new ImportRowReader<UserColumn>(row, []).plain('username').toLowerCase()))];
    const known = await tx.sql<KnownUser>({
      name: 'user_import_known', values: [names],
      text: `select username, name, role, dealer_id as "dealerId", site_id as "siteId" from app_user where lower(username) = any($1::text[])`,
    });
    // Names are one for everybody, also those of accounts that the caller does not see.
    const taken = await this.database.many<{ name: string }>(systemContext('gateway', tx.ctx), {
      name: 'user_import_taken', text: 'select lower(username) as name from app_user where lower(username) = any($1::text[])', values: [names],
    });
    return { known: new Map(known.map((user) => [user.username.toLowerCase(), user])), taken: new Set(taken.map(({ name }) => name)) };
  }
}

/** Opens one account; a name that somebody took meanwhile is the fault of its cell. */
async function open(tx: Tx, user: UserRow & { id: string; passwordHash: string; batch: string }): Promise<void> {
  const { id, row, username, name, role, dealerId, siteId, passwordHash, batch } = user;
  try {
    await insertUser(tx, { id, username, name, role, dealerId, siteId, passwordHash, mustChange: true, importBatch: batch });
  } catch (error) {
    const taken = error instanceof ServiceError ? error.reason === 'ALREADY_EXISTS' : (error as { code?: string }).code === UNIQUE_VIOLATION;
    throw taken ? new JobRefusal(jobErrors(tx.ctx, [{ row, column: 'username', code: 'USERNAME_TAKEN' }])) : error;
  }
  await tx.audit({
    action: 'create', kind: 'user', id, dealerId, changed: { role: { after: role }, siteId: { after: siteId }, importBatch: { after: batch } },
    personal: { username: { after: username }, name: { after: name } },
  });
  if (role === 'dealer_technician' && dealerId !== null) await tx.announce(TechnicianImportedSchema, { userId: id, dealerId, name });
}

const UNIQUE_VIOLATION = '23505';
