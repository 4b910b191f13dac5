import { ImportRowReader, isDealerRole, ROLES, type ImportFault, type ImportRow, type Role, type Paced } from '@aftercare/domain';
import { accountRefusal, placeProblem, seesAccount, type Actor } from './user-scope.rules.js';

/** Columns of the sheet of users, and what the gateway adds to a row when it is uploaded: the ids of dealer and site. */
export type UserColumn = 'username' | 'name' | 'role' | 'dealerCode' | 'warehouseCode';
type AddedColumn = 'dealerId' | 'siteId';

/** An account to open. */
export interface UserRow {
  row: number;
  username: string;
  name: string;
  role: Role;
  dealerId: string | null;
  siteId: string | null;
}

export type KnownUser = Omit<UserRow, 'row'>;

const USERNAME = /^[A-Za-z0-9][A-Za-z0-9_.-]{0,39}$/;
const NAME_LENGTH_MAX = 60;
const CONTROL = /[\u0000-\u001f\u007f]/;
const PLACE_COLUMN = { DEALER_REQUIRED: 'dealerCode', DEALER_NOT_FOR_ROLE: 'dealerCode', SITE_NOT_FOR_ROLE: 'warehouseCode' } as const;

/** What a sheet holds. */
export interface UserSheet {
  fresh: UserRow[];
  unchanged: number;
  faults: ImportFault[];
}

/**
 * checks a sheet of users cell by cell. `fresh` are the accounts to open; one that is there already as the row says it is
 * neither fresh nor wrong. `known` are accounts the actor may see, by name in lower case; `taken` are all names in use.
 */
export function* checkUserSheet(
  rows: readonly ImportRow[],
  accounts: { known: ReadonlyMap<string, KnownUser>; taken: ReadonlySet<string> },
  actor: Actor,
): Paced<UserSheet> {
  const faults: ImportFault[] = [];
  const fresh: UserRow[] = [];
  const names = new Set<string>();
  let unchanged = 0;
  for (const row of rows) {
    const reader = new ImportRowReader<UserColumn | AddedColumn>(row, faults);
    const user = { row: row.row, ...readUser(reader, actor) };
    const key = user.username.toLowerCase();
    const known = accounts.known.get(key);
    if (key !== '' && names.has(key)) reader.fault('username', 'ROW_DOUBLE');
    else if (!known && accounts.taken.has(key)) reader.fault('username', 'USERNAME_TAKEN');
    names.add(key);
    yield;
    if (known) compare(reader, user, known);
    if (known) unchanged += 1;
    else fresh.push(user);
  }
  return { fresh, unchanged, faults };
}

function readUser(row: ImportRowReader<UserColumn | AddedColumn>, actor: Actor): Omit<UserRow, 'row'> {
  const username = row.needed('username').normalize('NFKC');
  const name = row.needed('name');
  const roleText = row.needed('role').toLowerCase();
  if (username !== '' && !USERNAME.test(username)) row.fault('username', 'CODE_INVALID');
  if ([...name].length > NAME_LENGTH_MAX || CONTROL.test(name)) row.fault('name', 'NAME_INVALID');
  const role = roleText as Role;
  const own = isDealerRole(roleText) && row.text('dealerCode') === '' ? actor.dealerId : null;
  const user = { username, name, role, dealerId: row.text('dealerId') || own, siteId: row.text('siteId') || null };
  if (roleText !== '') checkPlace(row, user, actor);
  return user;
}

function checkPlace(row: ImportRowReader<UserColumn | AddedColumn>, user: KnownUser, actor: Actor): void {
  const { role, dealerId, siteId } = user;
  if (!(ROLES as readonly string[]).includes(role)) return row.fault('role', 'ROLE_UNKNOWN');
  const missing = row.text('dealerCode') !== '' && dealerId === null;
  const foreign = dealerId !== null && !seesAccount(actor, { dealerId });
  if (missing || foreign) row.fault('dealerCode', 'DEALER_UNKNOWN');
  if (row.text('warehouseCode') !== '' && siteId === null) row.fault('warehouseCode', 'WAREHOUSE_UNKNOWN');
  const problem = placeProblem({ role, dealerId: dealerId ?? (missing ? 'unknown' : null), siteId });
  if (problem) row.fault(PLACE_COLUMN[problem], problem);
  else if (!missing && !foreign && accountRefusal(actor, { role, dealerId })) row.fault('role', 'ROLE_NOT_ALLOWED');
}

function compare(row: ImportRowReader<UserColumn | AddedColumn>, user: KnownUser, known: KnownUser): void {
  const differs = { name: user.name !== known.name, role: user.role !== known.role, dealerCode: user.dealerId !== known.dealerId, warehouseCode: user.siteId !== known.siteId };
  for (const column of ['name', 'role', 'dealerCode', 'warehouseCode'] as const) if (differs[column]) row.fault(column, 'KNOWN_OTHERWISE');
}
