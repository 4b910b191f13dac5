import { randomBytes } from 'node:crypto';
import { newId } from '@aftercare/domain';
import { systemContext } from '@aftercare/messaging';
import { createDataSource, Database, loadConfig } from '@aftercare/service';
import { hashPassword } from './passwords.js';
import { insertUser } from './user-accounts.js';

const LOGIN = 'admin';
const PASSWORD_BYTES = 12;

/**
 * `node dist/main.js --create-admin`: makes the first administrator and prints `{"login","password"}`; the one-time password
 * stands nowhere else and must be changed at the first sign-in. Ends with 1 when there is an administrator already.
 */
export async function createFirstAdmin(): Promise<void> {
  const config = loadConfig('gateway', { http: true });
  const dataSource = await createDataSource({ name: 'gateway-admin', url: config.databaseUrl, entities: [], poolSize: 1 }).initialize();
  try {
    const password = randomBytes(PASSWORD_BYTES).toString('base64url');
    const made = await insertFirst(new Database(dataSource), await hashPassword(password));
    if (made) process.stdout.write(`${JSON.stringify({ login: LOGIN, password })}\n`);
    else process.stderr.write('There is an administrator already; let him reset the password.\n');
    process.exitCode = made ? 0 : 1;
  } finally {
    await dataSource.destroy();
  }
}

/** Answers false when there is an administrator already. */
export async function insertFirst(database: Database, passwordHash: string): Promise<boolean> {
  const { made } = await database.command(systemContext('gateway'), async (tx) => {
    await tx.sql({ name: 'admin_lock', text: 'lock table app_user in share row exclusive mode', values: [] });
    const [admin] = await tx.sql({ name: 'admin_find', text: `select id from app_user where role = 'admin' limit 1`, values: [] });
    if (admin) return { made: false };
    const id = newId();
    await insertUser(tx, { id, username: LOGIN, name: 'Administrator', role: 'admin', dealerId: null, siteId: null, passwordHash, mustChange: true });
    await tx.audit({ action: 'create', kind: 'user', id, changed: { role: { after: 'admin' } } });
    return { made: true };
  });
  return made;
}
