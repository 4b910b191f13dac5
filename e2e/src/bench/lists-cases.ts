import { addDays, businessDate, monthOf, newId } from '@aftercare/domain';
import { filled } from '../access/openapi.js';
import type { Api } from '../http/api.js';
import type { ListsTarget, Who } from './lists-target.js';

/** One thing to measure: who asks which paths, and what may it take. */
export interface Case {
  what: string;
  who: Who;
  paths: string[];
  boundMs: number;
  /** The floor's path of the same kind. */
  floor: string;
}

interface Described {
  'x-roles'?: string[] | string;
  parameters?: { name: string; in: string; schema?: { enum?: string[]; type?: string } }[];
}

const LIST_MS = 150;
const FILE_MS = 100;
const LIMIT = 50;
const PAGING = ['limit', 'cursor', 'format', 'service'];
/** Lists that grow with the registry: measured as everybody who reads them, and deep down. */
export const LARGE = ['/customers', '/product-units', '/installations', '/repair-calls'];
const DEEP_PAGE = 1_000;

/** Every list of the API with each of its filters and searches, as the API's own description names them; `without`: the lists below documents that nobody filed here. */
export async function listCases(target: ListsTarget): Promise<{ cases: Case[]; without: string[] }> {
  const response = await fetch(`${target.platform.gatewayUrl}/api/openapi.json`);
  const { paths } = (await response.json()) as { paths: Record<string, { get?: Described }> };
  const owners = await ownersOf(target, Object.keys(paths));
  const samples = await sampled(target, owners);
  const cases: Case[] = [];
  const without: string[] = [];
  // Large ones first, so that what grows is measured whatever the time allows.
  const isLarge = (path: string): number => (LARGE.some((large) => path.startsWith(`/api/v1${large}`)) ? 0 : 1);
  for (const [full, { get }] of Object.entries(paths).sort(([a], [b]) => isLarge(a) - isLarge(b))) {
    if (!get?.parameters?.some(({ name }) => name === 'cursor')) continue;
    const path = full.slice('/api/v1'.length);
    // Figures have a command and a bound of their own.
    if (path.startsWith('/quality/')) continue;
    // Not a list but a job in pieces, with a command of its own.
    if (path === '/call-clocks/compare') continue;
    if (owners.get(ownerList(path)) === null) {
      without.push(path);
      continue;
    }
    for (const who of readersOf(path, get)) {
      const base = filled(path, (name) => samples.placeholder(path, name));
      for (const query of queriesOf(path, get, samples)) {
        const service = get.parameters.some(({ name }) => name === 'service') ? '&service=customers' : '';
        cases.push({ what: `${path}${query === '' ? '' : `?${decodeURIComponent(query)}`}`, who, paths: [`${base}?limit=${LIMIT}${service}&${query}`], boundMs: LIST_MS, floor: floorOf(path, target) });
      }
    }
  }
  return { cases: [...cases, ...(await fileCases(target, Object.keys(paths)))], without };
}

/** '/campaigns' of '/campaigns/{id}/dealers'; empty where a list stands by itself. */
const ownerList = (path: string): string => /^(\/[^{]+)\/\{/.exec(path)?.[1] ?? '';

/** The first document of each list that has lists below its documents, null where there is none. */
async function ownersOf({ people }: ListsTarget, described: string[]): Promise<Map<string, string | null>> {
  const lists = new Set(described.map((full) => ownerList(full.slice('/api/v1'.length))).filter((list) => described.includes(`/api/v1${list}`)));
  const found = new Map<string, string | null>();
  for (const list of lists) {
    const answer = await people.auditor.raw('GET', `${list}?limit=1`);
    const { items } = answer.body as { items?: Row[] };
    if (answer.status === 200 && items) found.set(list, items[0]?.id ?? null);
  }
  return found;
}

function readersOf(path: string, { 'x-roles': roles }: Described): Who[] {
  const may = (role: string): boolean => !Array.isArray(roles) || roles.includes(role);
  const staff: Who = may('service_clerk') ? 'clerk' : 'auditor';
  const large: Who[] = LARGE.includes(path) ? ['parent', 'technician'] : [];
  return [...(may('dealer_manager') ? ['manager' as const, ...large] : []), staff];
}

function queriesOf(path: string, { parameters = [] }: Described, samples: Samples): string[] {
  const filters = parameters.filter((each) => each.in === 'query' && !PAGING.includes(each.name));
  return ['', ...filters.flatMap(({ name, schema }) => {
    const closed = schema?.enum?.filter((value) => value !== '');
    // Of a list that does not grow one state is as good as another.
    const values = (LARGE.includes(path) || name === 'sort' ? closed : closed?.slice(0, 1)) ?? samples.values(path, name, schema?.type);
    // The first sort is the default, measured already.
    return (name === 'sort' ? values.slice(1) : values).map((value) => `${name}=${encodeURIComponent(value)}`);
  })];
}

function floorOf(path: string, { dealerId }: ListsTarget): string {
  const kind = path.startsWith('/repair-calls') ? 'calls' : path.startsWith('/product-units') ? 'units' : path.startsWith('/installations') ? 'installations' : 'customers';
  return `/${kind}/${dealerId}`;
}

/** Single units and customers: by id, by serial, and the files that gather what other services know. */
async function fileCases(target: ListsTarget, described: string[]): Promise<Case[]> {
  const ids = async (path: string, who: Api): Promise<Row[]> => (await who.get<{ items: Row[] }>(`${path}?limit=200`)).items;
  const cases: Case[] = [];
  for (const who of ['manager', 'clerk'] as const) {
    const [units, customers] = [await ids('/product-units', target.people[who]), await ids('/customers', target.people[who])];
    const among = (what: string, paths: string[]): Case => ({ what, who, paths, boundMs: FILE_MS, floor: `/units/${target.dealerId}` });
    cases.push(among('/product-units/{id}', units.map(({ id }) => `/product-units/${id}`)), among('/customers/{id}', customers.map(({ id }) => `/customers/${id}`)));
    // A dealer's look-ups by serial are counted and limited (D-9).
    if (who === 'clerk') cases.push(among('/product-units/by-serial/{serial}', units.map(({ serial }) => `/product-units/by-serial/${serial}`)));
    for (const [path, rows] of [['/product-units/{id}/file', units], ['/customers/{id}/file', customers]] as const) {
      if (described.includes(`/api/v1${path}`)) cases.push(among(path, rows.map(({ id }) => path.replace('{id}', id))));
    }
  }
  return cases;
}

/** Page 1 000 of the large lists, or the last one where they are shorter; the cursor comes from walking there. */
export async function deepCases(target: ListsTarget): Promise<Case[]> {
  const cases: Case[] = [];
  for (const path of LARGE) {
    for (const who of ['manager', 'clerk'] as const) {
      const { cursor, page } = await walk(target.people[who], path);
      cases.push({ what: `${path} page ${page}`, who, paths: [`${path}?limit=${LIMIT}&cursor=${cursor}`], boundMs: LIST_MS, floor: floorOf(path, target) });
    }
  }
  return cases;
}

const WALK_LIMIT = 200;

async function walk(api: Api, path: string): Promise<{ cursor: string; page: number }> {
  let [cursor, rows] = ['', 0];
  while (rows < DEEP_PAGE * LIMIT) {
    const { items, nextCursor } = await api.get<{ items: unknown[]; nextCursor: string }>(`${path}?limit=${WALK_LIMIT}&cursor=${cursor}`);
    if (nextCursor === '') break;
    rows += items.length;
    cursor = nextCursor;
  }
  return { cursor, page: rows / LIMIT };
}

type Row = Record<string, string> & { id: string };

interface Samples {
  values(path: string, name: string, type?: string): string[];
  placeholder(path: string, name: string): string;
}

/** A value for every filter, taken from the rows there are; an id that fits nothing where there is no row. */
async function sampled({ people, dealerId }: ListsTarget, owners: Map<string, string | null>): Promise<Samples> {
  const first = async (path: string): Promise<Row> => (await people.auditor.get<{ items: Row[] }>(`${path}${path.includes('?') ? '&' : '?'}limit=1`)).items[0] ?? ({ id: newId() } as Row);
  const [customer, unit, call, model, part, request, warehouse, posting, technician, movement] = await Promise.all([
    `/customers?dealerId=${dealerId}`, `/product-units?dealerId=${dealerId}`, `/repair-calls?dealerId=${dealerId}`, '/product-models', '/parts', '/parts-requests', '/warehouses',
    '/ledger/postings', `/technicians?dealerId=${dealerId}`, '/stock/movements',
  ].map(first));
  const today = businessDate(new Date());
  const ids: Record<string, string> = {
    dealerId, parentId: dealerId, customerId: customer.id, unitId: call.unitId || unit.id, modelId: model.id, callId: call.id, partId: part.id, requestId: request.id,
    warehouseId: warehouse.id, technicianUserId: call.technicianUserId || technician.userId || newId(), technicianId: technician.id, courseId: newId(), documentId: customer.id,
    family: 'faucet', validOn: '2026-01-01', on: '2026-01-01', from: addDays(today, -30), to: today, region: '310000', serialFrom: unit.serial, serialTo: unit.serial, account: posting.account ?? 'bank_transfer',
  };
  const month = monthOf(addDays(today, -31));
  Object.assign(ids, { month, openedFrom: ids.from, openedTo: today });
  const plain = await people.manager.post<Row & { phones: string[] }>(`/customers/${customer.id}/reveal`, { reason: 'bench' });
  const searches: Record<string, string[]> = {
    '/customers': [customer.number, plain.name, plain.name.slice(0, 1), plain.phones[0]?.slice(-4) ?? '', plain.phones[0] ?? '', 'wf', 'zxz', 'w', unit.serial, '不存在的人'],
    '/product-units': [unit.serial.slice(0, 9), unit.serial, 'FA', 'ZZ'],
    '/repair-calls': [call.number, call.unitSerial, call.unitSerial.slice(0, 9), 'ZZ'],
    '/product-models': ['龙头', 'FA-', 'zz'],
    '/dealers': ['G1-', '上海', 'zz'],
    '/parts': ['FA-100', '阀芯', 'zz'],
    '/parts-requests': [request.number ?? 'MR'],
    '/users': ['g1-', '师傅'],
    '/stock': ['FA-100'],
  };
  return {
    values: (path, name, type) => (name === 'q' ? (searches[path] ?? ['zz']) : name === 'account' && path === '/stock/movements' ? [movement.fromAccount ?? 'supplier'] : type === 'boolean' ? ['true'] : [ids[name] ?? newId()]),
    placeholder: (path, name) => (path.startsWith('/customers') ? customer.id : path.startsWith('/product-units') ? unit.id : name === 'id' ? (owners.get(ownerList(path)) ?? newId()) : (ids[name] ?? newId())),
  };
}
