import { Api, type Ref } from '../http/api.js';

/** The roles of a story, each signed in. */
export interface People {
  admin: Api;
  clerk: Api;
  supervisor: Api;
  keeper: Api;
  finance: Api;
  quality: Api;
  auditor: Api;
}

/** A dealer with its signed-in people. */
export interface DealerPeople {
  id: string;
  code: string;
  manager: Api;
  technician: Api;
  technicianUserId: string;
}

/** Account names and passwords of a story or of the demo data. */
export interface Accounts {
  url: string;
  password: string;
  /** Appended to user names and codes, so that a story can be run again on the same platform. */
  suffix: string;
}

const STAFF = [
  ['clerk', 'service_clerk', '李专员'],
  ['supervisor', 'service_supervisor', '周主管'],
  ['keeper', 'warehouse_keeper', '台州仓管'],
  ['finance', 'finance_clerk', '吴会计'],
  ['quality', 'quality_engineer', '郑质检'],
  ['auditor', 'auditor', '审计'],
] as const;

/** Opens the manufacturer's accounts and signs everybody in. */
export async function hireStaff(admin: Api, accounts: Accounts): Promise<People> {
  const people: Partial<People> = { admin };
  for (const [name, role, shown] of STAFF) {
    const username = `${name}${accounts.suffix}`;
    await admin.post('/users', { username, name: shown, role, password: accounts.password });
    people[name] = await signedIn(accounts, username);
  }
  return people as People;
}

/** What is told of a dealer that is registered. */
export interface DealerDraft {
  code: string;
  name: string;
  regionCode: string;
  territory: string[];
  /** The parent of a sub-dealer. */
  parentId?: string;
}

/** A clerk registers a dealer, the supervisor activates it (D-1). */
export async function activateDealer(people: People, draft: DealerDraft): Promise<Ref> {
  const created = await people.clerk.post('/dealers', {
    code: draft.code,
    name: draft.name,
    nameEn: `Dealer ${draft.code}`,
    address: { regionCode: draft.regionCode, detail: '建材市场1号' },
    contactName: '钱经理',
    contactPhone: '02162345678',
    territoryRegionCodes: draft.territory,
    ...(draft.parentId ? { parentId: draft.parentId } : {}),
    taxIdentity: {
      title: `${draft.name}有限公司`, taxNumber: '91310000MA1K00000X', bank: '工商银行', account: '1001000100010001', address: '建材市场1号', phone: '02162345678',
    },
    agreement: { number: `AG-${draft.code}`, validFrom: '2025-01-01', validTo: '2028-12-31' },
  });
  return people.supervisor.post(`/dealers/${created.id}/activate`, { version: created.version });
}

/** A dealer's manager gets an account from a clerk and signs in. */
export async function hireManager(people: People, accounts: Accounts, dealer: { id: string; code: string }): Promise<Api> {
  const username = `${dealer.code.toLowerCase()}-manager`;
  await people.clerk.post('/users', { username, name: '钱经理', role: 'dealer_manager', dealerId: dealer.id, password: accounts.password, askedBy: '钱经理' });
  return signedIn(accounts, username);
}

/** An active dealer whose manager and technician have accounts (D-1). */
export async function registerDealer(people: People, accounts: Accounts, draft: DealerDraft): Promise<DealerPeople & { ref: Ref }> {
  const ref = await activateDealer(people, draft);
  const manager = await hireManager(people, accounts, { id: ref.id, code: draft.code });
  const technicianName = `${draft.code.toLowerCase()}-technician`;
  const user = await manager.post('/users', { username: technicianName, name: '孙师傅', role: 'dealer_technician', password: accounts.password });
  await manager.post('/technicians', { userId: user.id, name: '孙师傅' });
  const technician = await signedIn(accounts, technicianName);
  return { id: ref.id, code: draft.code, manager, technician, technicianUserId: user.id, ref };
}

/** Signs in; where passwords given by others must be changed first, the new one is the old with a letter more. */
export async function signedIn(accounts: Accounts, username: string): Promise<Api> {
  const api = new Api(accounts.url);
  await api.signIn(username, accounts.password, `${accounts.password}x`);
  return api;
}
