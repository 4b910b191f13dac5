import { createHash } from 'node:crypto';
import { newId } from '@aftercare/domain';
import { hashOf } from '@aftercare/service';
import { tablesHolding } from '@aftercare/testing';
import { Gateway, PASSWORD, type Answer, type Person } from '../spec/gateway-harness.js';

describe('signing in', () => {
  let gateway: Gateway;
  let admin: Person;

  beforeAll(async () => {
    gateway = await Gateway.start();
    admin = await gateway.person('admin');
  });
  afterAll(() => gateway.stop());

  it('answers who is signed in, in a cookie that scripts cannot read', async () => {
    const answer = await gateway.send('POST', '/auth/login', { body: { username: admin.username.toUpperCase(), password: PASSWORD } });
    expect(answer.status).toBe(200);
    expect(answer.body.user).toMatchObject({ id: admin.userId, role: 'admin', dealerId: null, mustChangePassword: false });
    expect(String(answer.headers['set-cookie'])).toMatch(/HttpOnly; SameSite=Lax/);
    const me = await admin.get('/auth/me');
    expect(me.body).toMatchObject({ user: { username: admin.username } });
  });

  it('an unknown name, a wrong password and a missing session look alike and say what to do', async () => {
    const wrong = await gateway.send('POST', '/auth/login', { body: { username: admin.username, password: 'nobody knows this' }, headers: { 'accept-language': 'en' } });
    const unknown = await gateway.send('POST', '/auth/login', { body: { username: 'nobody', password: 'nobody knows this' }, headers: { 'accept-language': 'en' } });
    expect([wrong.status, wrong.body.reason, wrong.body.detail]).toEqual([401, 'CREDENTIALS_WRONG', expect.stringContaining('Try again')]);
    expect({ ...unknown.body, traceId: '' }).toEqual({ ...wrong.body, traceId: '' });
    expect((await gateway.send('GET', '/auth/me')).body).toMatchObject({ status: 401, reason: 'SESSION_MISSING' });
  });

  it('a user name that is taken is refused at its field', async () => {
    const body = { username: 'twice.taken', name: 'First', role: 'service_clerk' };
    expect((await admin.post('/users', body)).status).toBe(201);
    const second = await admin.post('/users', { ...body, name: 'Second' });
    expect([second.status, second.body.reason]).toEqual([409, 'USERNAME_TAKEN']);
    expect(JSON.stringify(second.body)).not.toContain('app_user');
  });

  it('closes it as well when they are tried all at once', async () => {
    const person = await gateway.person('finance_clerk');
    const attempt = (password: string) => gateway.send('POST', '/auth/login', { body: { username: person.username, password } });
    const statuses = (await Promise.all(Array.from({ length: 12 }, () => attempt('wrong password')))).map(({ status }) => status);
    expect([statuses.filter((status) => status === 401).length, statuses.filter((status) => status === 429).length]).toEqual([4, 8]);
    expect((await attempt(PASSWORD)).body.reason).toBe('ACCOUNT_LOCKED');
  });

  it('closes an account for a while after five wrong passwords, and says how long', async () => {
    const person = await gateway.person('finance_clerk');
    const attempt = (password: string) => gateway.send('POST', '/auth/login', { body: { username: person.username, password } });
    for (let failure = 1; failure <= 4; failure += 1) expect((await attempt('wrong password')).status).toBe(401);
    const fifth = await attempt('wrong password');
    expect([fifth.status, fifth.body.reason, fifth.headers['retry-after']]).toEqual([429, 'ACCOUNT_LOCKED', '30']);
    expect((await attempt(PASSWORD)).body.reason).toBe('ACCOUNT_LOCKED');
    await gateway.service.sql(`update app_user set locked_until = now() - interval '1 second' where id = $1`, [person.userId]);
    expect((await attempt(PASSWORD)).status).toBe(200);
  });

  it('an unknown name and a disabled account are closed like any other, so that the lock tells no names', async () => {
    const [person, leaver] = [await gateway.person('finance_clerk'), await gateway.person('finance_clerk')];
    expect((await admin.post(`/users/${leaver.userId}/disable`, { version: 1 })).status).toBe(200);
    const answers = async (username: string, password: string) => {
      const told: unknown[] = [];
      for (let attempt = 1; attempt <= 6; attempt += 1) {
        const { status, body, headers } = await gateway.send('POST', '/auth/login', { body: { username, password } });
        // Of what is locked already the seconds run down.
        told.push(attempt < 6 ? [status, { ...body, traceId: '' }, headers['retry-after']] : [status, body.reason]);
      }
      return told;
    };
    const known = await answers(person.username, 'wrong password');
    expect(known.map((answer) => (answer as [number])[0])).toEqual([401, 401, 401, 401, 429, 429]);
    expect(await answers('nobody.at.all', 'wrong password')).toEqual(known);
    expect(await answers(leaver.username, PASSWORD)).toEqual(known);
  });

  it('a wrong present password counts as at the sign-in: the fifth closes the account for both', async () => {
    const person = await gateway.person('finance_clerk');
    const change = (currentPassword: string) => person.post('/auth/change-password', { currentPassword, newPassword: 'lantern over the river' });
    for (let failure = 1; failure <= 4; failure += 1) {
      expect((await change('wrong password')).body).toMatchObject({ status: 400, reason: 'PASSWORD_WRONG', errors: [{ field: 'currentPassword' }] });
    }
    const fifth = await change('wrong password');
    expect([fifth.status, fifth.body.reason, fifth.headers['retry-after']]).toEqual([429, 'ACCOUNT_LOCKED', '30']);
    expect((await change(PASSWORD)).body.reason).toBe('ACCOUNT_LOCKED');
    await expect(gateway.signIn(person.username, PASSWORD)).rejects.toThrow('ACCOUNT_LOCKED');
    await gateway.service.sql(`update app_user set locked_until = now() - interval '1 second' where id = $1`, [person.userId]);
    expect((await change(PASSWORD)).status).toBe(200);
    const [after] = await gateway.service.sql<{ failed: number }>('select failed_attempts as failed from app_user where id = $1', [person.userId]);
    expect(after).toEqual({ failed: 0 });
  });

  it('X-8: a repeated key with another password is another request, and neither password nor a plain hash of it is kept', async () => {
    const key = newId();
    const create = (password?: string) => admin.post('/users', { username: 'keyed.clerk', name: 'Keyed', role: 'service_clerk', ...(password === undefined ? {} : { password }) }, { 'idempotency-key': key });
    const created = await create('quiet river stone');
    expect(created.status).toBe(201);
    expect((await create('quiet river stone')).body).toEqual(created.body);
    for (const password of ['quiet river stones', undefined, '']) expect((await create(password)).body).toMatchObject({ status: 422, reason: 'IDEMPOTENCY_KEY_REUSED' });
    const [row] = await gateway.service.sql<{ request_hash: string }>('select request_hash, answer from idempotency where key = $1', [key]);
    const request = { username: 'keyed.clerk', name: 'Keyed', role: 'service_clerk' };
    const plain = createHash('sha256').update('quiet river stone').digest('hex');
    for (const password of ['quiet river stone', plain]) expect(row.request_hash).not.toBe(hashOf({ ...request, password }));
    expect(await tablesHolding(gateway.service, 'quiet river stone')).toEqual([]);
  });

  it('a password that is no text is refused, also where none need be given', async () => {
    for (const password of [null, 7, {}]) {
      const answer = await admin.post('/users', { username: 'null.clerk', name: 'Null', role: 'service_clerk', password });
      expect(answer.body).toMatchObject({ status: 400, reason: 'INVALID_FIELD', errors: [{ field: 'password' }] });
    }
  });

  it('a given password is taken as it is, with the spaces around it', async () => {
    const created = await admin.post('/users', { username: 'spaced.clerk', name: 'Spaced', role: 'service_clerk', password: ' quiet river stone ' });
    expect(created.status).toBe(201);
    await expect(gateway.signIn('spaced.clerk', 'quiet river stone')).rejects.toThrow('401');
    await expect(gateway.signIn('spaced.clerk', ' quiet river stone ')).resolves.toMatch(/=/);
  });

  it('X-9: an admin opens an account with a one-time password that must be changed, and the same key answers the same', async () => {
    const key = newId();
    const body = { username: 'new.clerk', name: 'New Clerk', role: 'service_clerk' };
    const created = await admin.post('/users', body, { 'idempotency-key': key });
    expect(created.status).toBe(201);
    expect((await admin.post('/users', body, { 'idempotency-key': key })).body).toEqual(created.body);
    const stored = await gateway.service.sql<{ answer: object }>(`select answer from idempotency where key = $1`, [key]);
    expect(JSON.stringify(stored)).not.toContain(String(created.body.initialPassword));

    const cookie = await gateway.signIn('new.clerk', String(created.body.initialPassword));
    const refused = await gateway.send('GET', '/users', { headers: { cookie } });
    expect(refused.body).toMatchObject({ status: 403, reason: 'PASSWORD_CHANGE_REQUIRED' });
    const change = (newPassword: string) =>
      gateway.send('POST', '/auth/change-password', { headers: { cookie }, body: { currentPassword: created.body.initialPassword, newPassword } });
    expect((await change('short')).body).toMatchObject({ status: 400, reason: 'PASSWORD_TOO_SHORT', errors: [{ field: 'newPassword' }] });
    expect((await change('lantern over the river')).status).toBe(200);
    expect((await gateway.send('GET', '/users', { headers: { cookie } })).status).toBe(200);
  });

  it('X-9: a reset ends the sessions and gives another one-time password each time', async () => {
    const person = await gateway.person('quality_engineer');
    const first = await admin.post(`/users/${person.userId}/reset-password`, { version: 1 });
    const key = newId();
    const second = await admin.post(`/users/${person.userId}/reset-password`, { version: 2 }, { 'idempotency-key': key });
    expect((await admin.post(`/users/${person.userId}/reset-password`, { version: 2 }, { 'idempotency-key': key })).body).toEqual(second.body);
    expect(first.body.initialPassword).not.toBe(second.body.initialPassword);
    expect((await person.get('/auth/me')).status).toBe(401);
    await expect(gateway.signIn(person.username, String(first.body.initialPassword))).rejects.toThrow('401');
    await expect(gateway.signIn(person.username, String(second.body.initialPassword))).resolves.toMatch(/=/);
  });

  it('X-9: a password that is changed while somebody signs in with the old one opens no session, and a reset stands against a change that began before it', async () => {
    const [person, other] = [await gateway.person('finance_clerk'), await gateway.person('finance_clerk')];
    const heldWhile = async (userId: string, begin: () => Promise<Answer>): Promise<Answer> => {
      const runner = gateway.service.dataSource.createQueryRunner();
      await runner.startTransaction();
      await runner.query(`select set_config('app.dealers', '*', true)`);
      expect(await runner.query('select id from app_user where id = $1 for update', [userId])).toHaveLength(1);
      const answer = begin();
      const waiting = `select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`;
      while ((await gateway.service.sql(waiting)).length === 0) await new Promise((resolve) => setTimeout(resolve, 10));
      await runner.query(`update app_user set password_hash = 'another' where id = $1`, [userId]);
      await runner.commitTransaction();
      await runner.release();
      return answer;
    };
    const sessions = () => gateway.service.sql('select from session where user_id = $1', [person.userId]);
    const before = (await sessions()).length;
    const signedIn = await heldWhile(person.userId, () => gateway.send('POST', '/auth/login', { body: { username: person.username, password: PASSWORD } }));
    expect([signedIn.status, signedIn.body.reason, (await sessions()).length]).toEqual([401, 'CREDENTIALS_WRONG', before]);
    const changed = await heldWhile(other.userId, () => other.post('/auth/change-password', { currentPassword: PASSWORD, newPassword: 'lantern over the river' }));
    expect([changed.status, changed.body.reason]).toEqual([400, 'PASSWORD_WRONG']);
    expect(await gateway.service.sql('select password_hash as hash from app_user where id = $1', [other.userId])).toEqual([{ hash: 'another' }]);
  });

  it('X-9: a leaver’s sessions end at once, and another role is felt at once', async () => {
    const leaver = await gateway.person('service_clerk');
    expect((await leaver.get('/dealers/not-an-id')).status).toBe(400);
    expect((await admin.post(`/users/${leaver.userId}/disable`, {})).status).toBe(400);
    expect((await admin.post(`/users/${leaver.userId}/disable`, { version: 9 })).body).toMatchObject({ status: 409, reason: 'STALE_VERSION' });
    expect((await admin.post(`/users/${leaver.userId}/disable`, { version: 1 })).body).toMatchObject({ state: 'disabled', version: 2 });
    expect((await leaver.get('/auth/me')).status).toBe(401);
    await expect(gateway.signIn(leaver.username, PASSWORD)).rejects.toThrow('401');
    expect((await admin.post(`/users/${leaver.userId}/enable`, { version: 2 })).body).toMatchObject({ state: 'active', version: 3 });
    expect((await admin.post(`/users/${admin.userId}/disable`, { version: 1 })).body).toMatchObject({ status: 409, reason: 'OWN_ACCOUNT' });

    const mover = await gateway.person('service_clerk');
    const changed = await admin.put(`/users/${mover.userId}`, { version: 1, name: 'Mover', role: 'auditor' });
    expect(changed.body).toMatchObject({ id: mover.userId, version: 2 });
    expect((await mover.get('/auth/me')).status).toBe(401);
  });

  it('domain 1: nobody changes his own role, so that somebody stays who may give roles; his name he may', async () => {
    const manager = await gateway.person('dealer_manager', { dealerId: newId() });
    for (const [who, present, other] of [[admin, 'admin', 'auditor'], [manager, 'dealer_manager', 'dealer_technician']] as const) {
      const path = `/users/${who.userId}`;
      const { body: own } = await who.get(path);
      expect((await who.put(path, { version: own.version, name: 'X', role: other })).body).toMatchObject({ status: 409, reason: 'OWN_ACCOUNT' });
      expect((await who.put(path, { version: own.version, name: 'X', role: present })).status).toBe(200);
      expect((await who.get(path)).body).toMatchObject({ name: 'X', role: present });
    }
  });

  it('a dealer’s manager looks after his own people and cannot tell others from nobody', async () => {
    const [own, other] = [newId(), newId()];
    const manager = await gateway.person('dealer_manager', { dealerId: own });
    const stranger = await gateway.person('dealer_technician', { dealerId: other });
    const created = await manager.post('/users', { username: 'tech.one', name: 'Tech One', role: 'dealer_technician' });
    expect(created.status).toBe(201);
    expect((await manager.post('/users', { username: 'x.admin', name: 'X', role: 'admin' })).body.reason).toBe('ROLE_NOT_ALLOWED');
    const foreign = await manager.get(`/users/${stranger.userId}`);
    const missing = await manager.get(`/users/${newId()}`);
    expect(foreign.status).toBe(404);
    expect({ ...foreign.body, traceId: '' }).toEqual({ ...missing.body, traceId: '' });
    expect((await manager.post('/users', { username: 'y.tech', name: 'Y', role: 'dealer_technician', dealerId: other })).status).toBe(404);
    const list = await manager.get('/users');
    expect((list.body.items as { id: string }[]).map(({ id }) => id).sort()).toEqual([manager.userId, String(created.body.id)].sort());
  });

  it('X-4: the clerk who opens or changes a dealer’s account names who of the dealer asked; the dealer’s manager nobody', async () => {
    const dealerId = newId();
    const [clerk, manager] = [await gateway.person('service_clerk'), await gateway.person('dealer_manager', { dealerId })];
    const body = { username: 'asked.tech', name: 'Asked Tech', role: 'dealer_technician', dealerId };
    const missing = { status: 400, body: { reason: 'ASKED_BY_MISSING', errors: [{ field: 'askedBy' }] } };
    expect(await clerk.post('/users', body)).toMatchObject(missing);
    const { body: opened } = await clerk.post('/users', { ...body, askedBy: '王经理' });
    const path = `/users/${String(opened.id)}`;
    expect((await manager.get(path)).body).toMatchObject({ askedBy: '王经理', version: 1 });
    for (const step of ['disable', 'reset-password']) expect(await clerk.post(`${path}/${step}`, { version: 1 })).toMatchObject(missing);
    expect(await clerk.put(path, { version: 1, name: 'X', role: 'dealer_technician' })).toMatchObject(missing);
    expect((await clerk.post(`${path}/disable`, { version: 1, askedBy: '李经理' })).status).toBe(200);
    expect((await manager.get(path)).body).toMatchObject({ askedBy: '李经理', disabled: true });
    expect((await manager.post(`${path}/enable`, { version: 2 })).status).toBe(200);
    expect((await manager.get(path)).body).toMatchObject({ askedBy: '', disabled: false });
  });

  it('D-1: the users of a terminated dealer may only read and send back', async () => {
    const dealerId = newId();
    gateway.standings.set(dealerId, { status: 'terminated' });
    const manager = await gateway.person('dealer_manager', { dealerId });
    expect((await manager.post('/users', { username: 'late.tech', name: 'Late', role: 'dealer_technician' })).body).toMatchObject({ status: 403, reason: 'DEALER_TERMINATED' });
    expect((await manager.get('/users')).status).toBe(200);
    expect((await manager.post('/returns', {})).status).toBe(400);
  });

  it('a change that a browser sends from another site is refused', async () => {
    const forged = await admin.post('/auth/logout', undefined, { origin: 'https://evil.example' });
    expect(forged.body).toMatchObject({ status: 403, reason: 'CROSS_SITE' });
    expect((await admin.post('/auth/logout', undefined, { 'sec-fetch-site': 'cross-site' })).status).toBe(403);
    const own = await gateway.person('auditor');
    expect((await own.post('/auth/logout', undefined, { origin: 'http://localhost:80', host: 'localhost:80', 'sec-fetch-site': 'same-origin' })).status).toBe(200);
    expect((await own.get('/auth/me')).status).toBe(401);
  });
});
