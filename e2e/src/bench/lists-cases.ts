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

interface Parameter {
  name: string;
  in: string;
  required?: boolean;
  schema?: { enum?: string[]; type?: string };
}

interface Described {
  'x-roles'?: string[] | string;
  parameters?: Parameter[];
}

const LIST_MS = 150;
const FILE_MS = 100;
const LIMIT = 50;
const PAGING = ['limit', 'cursor', 'format'];
/** A filter that says nothing without another one. */
const BESIDE: Record<string, string> = { figureValue: 'figureName' };
/** Lists of one dealer, which the manufacturer's people name. */
const OF_DEALER = ['/reports/suggested-kit', '/statements/dealer', '/invoices/papers'];
/** Lists that grow with the registry: measured as everybody who reads them, and deep down. */
export const LARGE = ['/customers', '/product-units', '/installations', '/repair-calls'];
const DEEP_PAGE = 1_000;

/** Every list of the API with each of its filters and searches, as the API's own description names them; `without`: the lists below documents that nobody filed here. */
export async function listCases(target: ListsTarget): Promise<{ cases: Case[]; without: string[] }> {
  const response = await fetch(`${target.platform.gatewayUrl}/api/openapi.json`);
  const { paths } = (await response.json()) as { paths: Record<string, { get?: Described }> };
  const cases: Case[] = [];
  const without: string[] = [];
  const asked = askers(target, Object.keys(paths));
  // Large ones first, so that what grows is measured whatever the time allows.
  const isLarge = (path: string): number => (LARGE.some((large) => path.startsWith(`/api/v1${large}`)) ? 0 : 1);
  for (const [full, { get }] of Object.entries(paths).sort(([a], [b]) => isLarge(a) - isLarge(b))) {
    if (!get?.parameters?.some(({ name }) => name === 'cursor')) continue;
    const path = full.slice('/api/v1'.length);
    // Figures have a command and a bound of their own.
    if (path.startsWith('/quality/')) continue;
    // Not a list but a job in pieces, with a command of its own.
    if (path === '/call-clocks/compare') continue;
    for (const who of readersOf(path, get)) {
      const { samples, owners } = await asked(who);
      if (owners.get(ownerList(path)) === null) without.push(`${path} (${who})`);
      else cases.push(...casesOf({ path, who, described: get, samples }, target));
    }
  }
  return { cases: [...cases, ...(await fileCases(target, Object.keys(paths)))], without };
}

/** A list as one reader asks it: whole, and with each filter; what it cannot be asked without stands in each. */
function casesOf({ path, who, described, samples }: { path: string; who: Who; described: Described; samples: Samples }, target: ListsTarget): Case[] {
  const base = filled(path, (name) => samples.placeholder(path, name));
  const needed = (described.parameters ?? []).filter((each) => each.in === 'query' && each.required === true);
  const ofDealer = OF_DEALER.includes(path) && (who === 'clerk' || who === 'auditor') ? [`dealerId=${target.dealerId}`] : [];
  const fixed = [...ofDealer, ...needed.map((each) => `${each.name}=${encodeURIComponent(samples.needed(path, each))}`)];
  const filters = queriesOf(path, described, samples).filter((filter) => ofDealer.length === 0 || !filter.startsWith('dealerId='));
  return filters.map((filter) => {
    const query = [...fixed, ...(filter === '' ? [] : [filter])].join('&');
    return { what: `${path}${query === '' ? '' : `?${decodeURIComponent(query)}`}`, who, paths: [`${base}?limit=${LIMIT}&${query}`], boundMs: LIST_MS, floor: floorOf(path, target) };
  });
}

/** '/campaigns' of '/campaigns/{id}/dealers'; empty where a list stands by itself. */
const ownerList = (path: string): string => /^(\/[^{]+)\/\{/.exec(path)?.[1] ?? '';

interface Asker {
  samples: Samples;
  owners: Map<string, string | null>;
}

/** What each reader finds to ask for, looked up once: a document that is another's answers nobody else. */
function askers(target: ListsTarget, described: string[]): (who: Who) => Promise<Asker> {
  const known = new Map<Who, Promise<Asker>>();
  const ask = async (who: Who): Promise<Asker> => {
    const owners = await ownersOf(target.people[who], described);
    return { owners, samples: await sampled(target, who, owners) };
  };
  return (who) => {
    const asked = known.get(who) ?? ask(who);
    known.set(who, asked);
    return asked;
  };
}

/** The first document of each list that has lists below its documents, null where the reader has none. */
async function ownersOf(reader: Api, described: string[]): Promise<Map<string, string | null>> {
  const lists = new Set(described.map((full) => ownerList(full.slice('/api/v1'.length))).filter((list) => described.includes(`/api/v1${list}`)));
  const found = new Map<string, string | null>();
  for (const list of lists) {
    const answer = await reader.raw('GET', `${list}?limit=1`);
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
  const filters = parameters.filter((each) => each.in === 'query' && each.required !== true && !PAGING.includes(each.name));
  const firstOf = (name: string): string => filters.find((each) => each.name === name)?.schema?.enum?.find((value) => value !== '') ?? '';
  return ['', ...filters.flatMap(({ name, schema }) => {
    const closed = schema?.enum?.filter((value) => value !== '');
    // Of a list that does not grow one state is as good as another.
    const values = (LARGE.includes(path) || name === 'sort' ? closed : closed?.slice(0, 1)) ?? samples.values(path, name, schema?.type);
    const beside = Object.hasOwn(BESIDE, name) ? `${BESIDE[name]}=${firstOf(BESIDE[name])}&` : '';
    // The first sort is the default, measured already.
    return (name === 'sort' ? values.slice(1) : values).map((value) => `${beside}${name}=${encodeURIComponent(value)}`);
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
  needed(path: string, parameter: Parameter): string;
  placeholder(path: string, name: string): string;
}

/** A value for every filter, taken from the rows that the reader finds; an id that fits nothing where there is no row. */
async function sampled({ people, dealerId }: ListsTarget, who: Who, owners: Map<string, string | null>): Promise<Samples> {
  const listed = async (reader: Api, path: string, limit: number): Promise<Row[]> => {
    const { status, body } = await reader.raw<{ items?: Row[] }>('GET', `${path}${path.includes('?') ? '&' : '?'}limit=${limit}`);
    return status === 200 ? (body.items ?? []) : [];
  };
  // What the reader may not list at all is filtered by as well.
  const first = async (path: string): Promise<Row> => (await listed(people[who], path, 1))[0] ?? (await listed(people.auditor, path, 1))[0] ?? ({ id: newId() } as Row);
  const [customer, unit, call, model, request, warehouse, posting, technician, movement, report] = await Promise.all([
    `/customers?dealerId=${dealerId}`, `/product-units?dealerId=${dealerId}`, `/repair-calls?dealerId=${dealerId}`, '/product-models', '/parts-requests', '/warehouses',
    '/ledger/postings', `/technicians?dealerId=${dealerId}`, '/stock/movements', '/monthly-reports',
  ].map(first));
  const reserved = (await listed(people.auditor, '/stock', WALK_LIMIT)).find((row) => Number(row.reserved) > 0);
  const today = businessDate(new Date());
  const ids: Record<string, string> = {
    dealerId, parentId: dealerId, customerId: customer.id, unitId: call.unitId || unit.id, modelId: model.id, callId: call.id, partId: movement.partId ?? newId(), requestId: request.id,
    warehouseId: warehouse.id, technicianUserId: call.technicianUserId || technician.userId || newId(), technicianId: technician.id, courseId: newId(), documentId: customer.id,
    family: 'faucet', validOn: '2026-01-01', on: '2026-01-01', from: addDays(today, -30), to: today, region: '310000', serialFrom: unit.serial, serialTo: unit.serial, account: posting.account ?? 'bank_transfer',
    service: 'customers', openedFrom: addDays(today, -30), openedTo: today,
  };
  // The last whole month has most; monthly reports begin with the running one.
  const month = (path: string): string => (path.startsWith('/reports/') ? monthOf(addDays(today, -31)) : (report.month ?? monthOf(today)));
  const special: Record<string, string | undefined> = { '/stock/movements account': movement.fromAccount ?? 'supplier', '/stock/reservations partId': reserved?.partId };
  const valueOf = (path: string, name: string): string => special[`${path} ${name}`] ?? (name === 'month' ? month(path) : (ids[name] ?? newId()));
  const searches = await searchesFor({ people, customer, unit, call, request });
  return {
    values: (path, name, type) => (name === 'q' ? (searches[path] ?? ['zz']) : type === 'boolean' ? ['true'] : type === 'integer' ? ['1'] : [valueOf(path, name)]),
    needed: (path, { name, schema }) => (Object.hasOwn(ids, name) || !schema?.enum ? valueOf(path, name) : (schema.enum[0] ?? '')),
    placeholder: (path, name) => (path.startsWith('/customers') ? customer.id : path.startsWith('/product-units') ? unit.id : name === 'id' ? (owners.get(ownerList(path)) ?? newId()) : (ids[name] ?? newId())),
  };
}

/** What people type into the search of each list. */
async function searchesFor({ people, customer, unit, call, request }: { people: ListsTarget['people']; customer: Row; unit: Row; call: Row; request: Row }): Promise<Record<string, string[]>> {
  const plain = await people.manager.post<Row & { phones: string[] }>(`/customers/${customer.id}/reveal`, { reason: 'bench' });
  return {
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
}
