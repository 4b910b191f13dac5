import { Inject, Injectable } from '@nestjs/common';
import { AccountStandingChangedSchema, DealerService, StockService } from '@aftercare/contracts';
import { askerOf, isDealerRole, newId, type Role } from '@aftercare/domain';
import { Bus, callContext, notFound, permissionDenied, ServiceError } from '@aftercare/messaging';
import { Database, expectVersion, pageAnswer, pageOf, SERVICE_CONFIG, type ServiceConfig, type Tx } from '@aftercare/service';
import type { ChangeUserDto, CreateUserDto, ListUsersQuery, UpdateUserDto } from './auth.dto.js';
import { hashPassword, oneTimePassword, passwordMark } from './passwords.js';
import { Sessions } from './sessions.js';
import { assertNewPassword } from './sign-in.js';
import { accountRefusal, placeProblem, seesAccount } from './user-scope.rules.js';

/** An account as it is shown. */
export interface UserView {
  id: string;
  username: string;
  name: string;
  role: Role;
  dealerId: string | null;
  siteId: string | null;
  mustChangePassword: boolean;
  disabled: boolean;
  version: number;
  createdAt: string;
  /** Who of the dealer asked for the last change, where the clerk made it; else empty. */
  askedBy: string;
}

/** What a command on an account answers; `initialPassword` is shown once to who created or reset it. */
export interface UserRef {
  id: string;
  number: string;
  state: 'active' | 'disabled';
  version: number;
  initialPassword?: string;
}

const COLUMNS = `id, username, name, role, dealer_id as "dealerId", site_id as "siteId", must_change_password as "mustChangePassword",
  disabled, version, iso(created_at) as "createdAt", asked_by as "askedBy"`;

/** Accounts of people. Row-level security keeps a dealer's user inside his own dealer; the rules say the rest. */
@Injectable()
export class UserAccounts {
  constructor(
    private readonly database: Database,
    private readonly bus: Bus,
    private readonly sessions: Sessions,
    @Inject(SERVICE_CONFIG) private readonly config: ServiceConfig,
  ) {}

  /**
   * Opens an account. Errors: USERNAME_TAKEN, ROLE_NOT_ALLOWED, DEALER_REQUIRED, DEALER_NOT_FOR_ROLE, SITE_NOT_FOR_ROLE,
   * ASKED_BY_MISSING, NOT_FOUND for an unknown dealer or site, and the reasons of the password rules.
   */
  async create(dto: CreateUserDto): Promise<UserRef> {
    const ctx = callContext();
    const role = dto.role as Role;
    const dealerId = dto.dealerId || (isDealerRole(role) ? ctx.dealerId : null);
    const account = { role, dealerId, siteId: dto.siteId || null };
    if (dealerId !== null && !seesAccount(ctx, { dealerId })) throw notFound('dealer');
    assertMayChange(account);
    const askedBy = asker(dto);
    await this.assertPlace(account);
    const { password = '', ...rest } = dto;
    const request = { ...rest, password: password && passwordMark(this.secret, password) };
    if (password) assertNewPassword(password, { username: dto.username }, 'password');
    const draft = newId();
    const passwordHash = await hashPassword(password || oneTimePassword(this.secret, draft, 1));
    const answer = await this.database.command<UserRef>(ctx, async (tx) => {
      await insertUser(tx, { id: draft, ...account, askedBy, username: dto.username, name: dto.name, passwordHash, mustChange: !password || !this.trustsGivenPasswords });
      await tx.audit({
        action: 'create', kind: 'user', id: draft, dealerId,
        changed: { role: { after: role }, siteId: { after: account.siteId } }, personal: { username: { after: dto.username }, name: { after: dto.name }, ...askedFor(askedBy) },
      });
      return { id: draft, number: '', state: 'active', version: 1 };
    }, { action: 'user.create', request }).catch(usernameTaken);
    return password ? answer : { ...answer, initialPassword: oneTimePassword(this.secret, answer.id, 1) };
  }

  async get(id: string): Promise<UserView> {
    const ctx = callContext();
    const user = await this.database.one<UserView>(ctx, { name: 'user_get', text: `select ${COLUMNS} from app_user where id = $1`, values: [id] });
    if (!user || !seesAccount(ctx, user)) throw notFound('user');
    return user;
  }

  /** Who these accounts are, of those that are there and that the caller sees. */
  async namesOf(ids: readonly string[]): Promise<Map<string, Pick<UserView, 'username' | 'name'>>> {
    const ctx = callContext();
    if (ids.length === 0) return new Map();
    const users = await this.database.many<UserView>(ctx, { name: 'user_names', text: `select ${COLUMNS} from app_user where id = any($1::uuid[])`, values: [ids] });
    return new Map(users.filter((user) => seesAccount(ctx, user)).map((user) => [user.id, user]));
  }

  async list(query: ListUsersQuery): Promise<{ items: UserView[]; nextCursor: string }> {
    const ctx = callContext();
    const page = pageOf(query, { list: 'users' });
    const scope = isDealerRole(ctx.role) ? ctx.dealerId : null;
    const rows = await this.database.many<UserView>(ctx, {
      name: 'user_list',
      text: `select ${COLUMNS} from app_user
        where ($1::uuid is null or dealer_id = $1) and ($2 = '' or username ilike '%' || $2 || '%' or name ilike '%' || $2 || '%')
          and ($3 = '' or role = $3) and ($4::uuid is null or dealer_id = $4)
          and ($5::text is null or (lower(username), id) > ($5, $6::uuid))
        order by lower(username), id limit $7`,
      values: [
        scope, (query.q ?? '').replace(/[%_\\]/g, '\\$&'), query.role ?? '', query.dealerId || null,
        page.after?.key ?? null, page.after?.id ?? null, page.limit + 1,
      ],
    });
    return pageAnswer(rows, page, (row) => row.username.toLowerCase());
  }

  /** Another name, role or site; with another role the open sessions end. Nobody changes his own role. Errors: OWN_ACCOUNT, STALE_VERSION and those of create. */
  async update(id: string, dto: UpdateUserDto): Promise<UserRef> {
    const before = await this.get(id);
    const role = dto.role as Role;
    const next = { role, dealerId: before.dealerId, siteId: dto.siteId || null };
    assertMayChange(before);
    assertMayChange(next);
    if (role !== before.role) assertNotOwn(id, 'Nobody changes the role of the own account.');
    await this.assertPlace(next);
    return this.change(id, { action: 'user.update', based: dto, request: { id, ...dto } }, async (tx, user, askedBy) => {
      await tx.sql({ name: 'user_update', text: 'update app_user set name = $2, role = $3, site_id = $4 where id = $1', values: [id, dto.name, role, next.siteId] });
      if (user.role !== role) await this.sessions.closeAll(tx, id);
      await tx.audit({
        action: 'update', kind: 'user', id, dealerId: user.dealerId,
        changed: { role: { before: user.role, after: role }, siteId: { before: user.siteId, after: next.siteId } },
        personal: { name: { before: user.name, after: dto.name }, ...askedFor(askedBy) },
      });
    });
  }

  /** a leaver may no longer sign in, his sessions end, and who gives out work is told. Nobody shuts himself out. Errors: OWN_ACCOUNT, ROLE_NOT_ALLOWED, ASKED_BY_MISSING, STALE_VERSION. */
  async setDisabled(id: string, disabled: boolean, based: ChangeUserDto): Promise<UserRef> {
    assertMayChange(await this.get(id));
    if (disabled) assertNotOwn(id, 'Nobody disables the own account.');
    return this.change(id, { action: disabled ? 'user.disable' : 'user.enable', based, request: { id, ...based } }, async (tx, user, askedBy) => {
      await tx.sql({ name: 'user_disable', text: 'update app_user set disabled = $2 where id = $1', values: [id, disabled] });
      if (disabled) await this.sessions.closeAll(tx, id);
      if (user.dealerId !== null) await tx.announce(AccountStandingChangedSchema, { userId: id, dealerId: user.dealerId, disabled, version: user.version + 1 });
      await tx.audit({
        action: disabled ? 'disable' : 'enable', kind: 'user', id, dealerId: user.dealerId, changed: { disabled: { before: user.disabled, after: disabled } }, personal: askedFor(askedBy),
      });
    });
  }

  /** Gives a one-time password, which must be changed at the next sign-in; the sessions end and a lock is lifted. */
  async resetPassword(id: string, based: ChangeUserDto): Promise<UserRef> {
    assertMayChange(await this.get(id));
    const { serial = 0, ...answer } = await this.change(id, { action: 'user.reset-password', based, request: { id, ...based } }, async (tx, user, askedBy) => {
      const [next] = await tx.sql<{ serial: number }>({ name: 'user_serial', text: 'select password_serial + 1 as serial from app_user where id = $1', values: [id] });
      await tx.sql({
        name: 'user_reset',
        text: `update app_user set password_hash = $2, password_serial = $3, must_change_password = true, failed_attempts = 0, locked_until = null
               where id = $1`,
        values: [id, await hashPassword(oneTimePassword(this.secret, id, next.serial)), next.serial],
      });
      await this.sessions.closeAll(tx, id);
      await tx.audit({ action: 'reset-password', kind: 'user', id, dealerId: user.dealerId, personal: askedFor(askedBy) });
      return next;
    });
    return { ...answer, initialPassword: oneTimePassword(this.secret, id, serial) };
  }

  /** A technician named in a request must have an account of that dealer. Errors: the same NOT_FOUND for unknown and foreign. */
  async assertOfDealer(userId: string, dealerId: string | null): Promise<void> {
    const user = await this.get(userId);
    if (user.dealerId === null || user.dealerId !== dealerId) throw notFound('user');
  }

  private get secret(): string {
    return this.config.http?.sessionSecret ?? '';
  }

  /** In demonstrations and tests the accounts' passwords are known; elsewhere whoever gives one has seen it. */
  private get trustsGivenPasswords(): boolean {
    return this.config.profile === 'demo' || this.config.profile === 'test';
  }

  /** Dealer and site are facts of other services, asked before the transaction. */
  private async assertPlace(account: { role: Role; dealerId: string | null; siteId: string | null }): Promise<void> {
    const problem = placeProblem(account);
    if (problem) throw new ServiceError('invalid_argument', problem, 'Role, dealer and site do not fit together.', { field: 'role' });
    if (account.dealerId !== null) await this.bus.call(DealerService.method.getDealerStanding, { id: account.dealerId });
    if (account.siteId === null) return;
    const { items } = await this.bus.call(StockService.method.listWarehouses, { page: { limit: 200 } });
    if (!items.some(({ id }) => id === account.siteId)) throw notFound('warehouse');
  }

  /** every change is based on a version that the caller saw. */
  private async change(
    id: string, { based, ...command }: { action: string; based: ChangeUserDto; request: object }, work: (tx: Tx, user: UserView, askedBy: string) => Promise<Passed | void>,
  ): Promise<UserRef & Passed> {
    const askedBy = asker(based);
    const answer = await this.database.command<UserRef & Passed>(callContext(), async (tx) => {
      const [user] = await tx.sql<UserView>({ name: 'user_lock', text: `select ${COLUMNS} from app_user where id = $1 for update`, values: [id] });
      if (!user) throw notFound('user');
      expectVersion(user, based.version);
      const passed = await work(tx, user, askedBy);
      const [{ version, disabled }] = await tx.sql<{ version: number; disabled: boolean }>({
        name: 'user_version', text: 'update app_user set version = version + 1, asked_by = $2 where id = $1 returning version, disabled', values: [id, askedBy],
      });
      return { id, number: '', state: disabled ? 'disabled' : 'active', version, ...passed };
    }, command);
    this.sessions.forget(id);
    return answer;
  }
}

/** What of a command is kept with its answer: the serial of a one-time password, never the password. */
interface Passed {
  serial?: number;
}

function assertMayChange(account: { role: Role; dealerId: string | null }): void {
  const reason = accountRefusal(callContext(), account);
  if (reason) throw permissionDenied(reason, 'Your role may not do this to such an account.');
}

/** Domain 1, X-9: nobody shuts himself out. Refuses OWN_ACCOUNT. */
function assertNotOwn(id: string, message: string): void {
  if (id === callContext().userId) throw new ServiceError('failed_precondition', 'OWN_ACCOUNT', message);
}

/** who of the dealer asked the clerk. Refuses ASKED_BY_MISSING. */
const asker = ({ askedBy = '' }: { askedBy?: string }): string => askerOf(callContext().role, askedBy);

const askedFor = (askedBy: string): { askedBy?: { after: string } } => (askedBy === '' ? {} : { askedBy: { after: askedBy } });

interface NewUser {
  id: string;
  username: string;
  name: string;
  role: Role;
  dealerId: string | null;
  siteId: string | null;
  passwordHash: string;
  mustChange: boolean;
  /** What the accounts of one import have in common. */
  importBatch?: string;
  askedBy?: string;
}

/** Inserts an account; its one-time password, if any, is that of serial 1. */
export async function insertUser(tx: Tx, user: NewUser): Promise<void> {
  await tx.sql({
    name: 'user_insert',
    text: `insert into app_user (id, username, name, role, dealer_id, site_id, password_hash, password_serial, must_change_password, import_batch, asked_by)
           values ($1, $2, $3, $4, $5, $6, $7, 1, $8, $9, $10)`,
    values: [user.id, user.username, user.name, user.role, user.dealerId, user.siteId, user.passwordHash, user.mustChange, user.importBatch ?? null, user.askedBy ?? ''],
  });
}

function usernameTaken(error: unknown): never {
  if (error instanceof ServiceError && error.reason === 'ALREADY_EXISTS') {
    throw new ServiceError('already_exists', 'USERNAME_TAKEN', 'Another account has this user name.', { field: 'username' });
  }
  throw error;
}
