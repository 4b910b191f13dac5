import { randomUUID } from 'node:crypto';
import { businessDate } from '@aftercare/domain';
import type { Api } from '../http/api.js';
import { comparable } from './comparable.js';
import { filled, type Operation } from './openapi.js';
import { addition, CATALOGUE, CUSTOMER, reasoned, tenancyRows, version, WINDOW } from './rows.js';
import { CLAIM, RECEIPT, type AccessWorld } from './world.js';

/** A field of a body that names another document, and how a foreign id gets there (architecture 5). */
export interface NestedRow {
  operation: string;
  /** Path of the field in the body, e.g. 'lines.0.lineId'. */
  field: string;
  /** The kind whose foreign id is tried. */
  kind: string;
  /** The rest of the body; that of the operation's tenancy row unless told. */
  body?: (world: AccessWorld) => object;
  /** The path where it is none of the asker's own documents. */
  path?: (world: AccessWorld) => string;
  /** A question by this id, not a command about it: nothing is found, whether it is foreign or missing. */
  finds?: 'nothing';
}

const CALL = { channel: 'phone', contactName: '张三', contactPhone: '13612340000', address: { regionCode: '330106', detail: '文三路1号' }, symptoms: '滴水', unitDescription: '龙头' };
const SHEET = { sheet: '24' };
const STOCK = { purpose: 'stock', deliveryAddress: '仓库', urgency: 'urgent' };
const parts = (world: AccessWorld): object[] => [{ partId: world.stage.goods.cartridgeId, quantity: 1 }];
const hoursAhead = (): object => ({ appointmentFrom: new Date().toISOString(), appointmentTo: new Date(Date.now() + 3_600_000).toISOString() });

/** Bodies of operations without an id in their path. */
const creates: Record<string, (world: AccessWorld) => object> = {
  'POST /repair-calls': () => CALL,
  'POST /receipts': (world) => ({ ...RECEIPT, callId: world.own.callId }),
  'POST /reimbursements': (world) => ({ ...CLAIM, callId: world.own.callId }),
  'POST /installations': (world) => ({ unitId: world.own.unitId, technicianUserId: world.other.technicianUserId, ...hoursAhead() }),
  'POST /returns': (world) => ({ lines: [{ partId: world.stage.goods.cartridgeId, quantity: 1, condition: 'old' }] }),
};

/** Every id in a body that a dealer may send has a row, or its name stands in `everybodys` or `untried`. Files have theirs made, see `fileRows`. */
export const nestedRows: NestedRow[] = [
  { operation: 'POST /customers', field: 'dealerId', kind: 'dealers', body: () => CUSTOMER },
  { operation: 'POST /customers/{id}/merge', field: 'intoId', kind: 'customers' },
  { operation: 'POST /users', field: 'dealerId', kind: 'dealers', body: () => ({ username: `n${Date.now().toString(36)}`, name: '新人', role: 'dealer_technician' }) },
  { operation: 'POST /technicians', field: 'userId', kind: 'users', body: () => ({ name: '新人' }) },
  { operation: 'POST /technicians', field: 'dealerId', kind: 'dealers', body: (world) => ({ name: '新人', userId: world.other.technicianUserId }) },
  { operation: 'POST /product-units/labels', field: 'dealerId', kind: 'dealers', body: () => SHEET },
  { operation: 'POST /product-units/labels', field: 'customerId', kind: 'customers', body: () => SHEET },
  {
    operation: 'POST /product-units/{id}/sell', field: 'customerId', kind: 'customers', path: (world) => `/product-units/${world.own.unsoldId}/sell`,
    body: (world) => ({ version: 1, serial: world.stage.serials[3], customerId: world.own.customerId, purchaseDate: '2026-01-05' }),
  },
  { operation: 'POST /product-units/{id}/transfer', field: 'customerId', kind: 'customers' },
  { operation: 'POST /installations', field: 'unitId', kind: 'product-units' },
  { operation: 'POST /installations', field: 'technicianUserId', kind: 'users' },
  { operation: 'POST /installations/{id}/reschedule', field: 'technicianUserId', kind: 'users', body: () => ({ ...reasoned(), ...WINDOW }) },
  ...(['customerId', 'technicianUserId'] as const).map((field): NestedRow => (
    { operation: 'POST /monthly-reports/{id}/installations', field, kind: field === 'customerId' ? 'customers' : 'users', body: addition }
  )),
  { operation: 'POST /monthly-reports/{id}/correct', field: 'corrections.0.lineId', kind: 'lines', body: () => ({ version: 1, corrections: [{ counts: true }] }) },
  { operation: 'POST /repair-calls/repeat-cases', field: 'customerId', kind: 'customers', body: () => ({}), finds: 'nothing' },
  { operation: 'POST /repair-calls', field: 'customerId', kind: 'customers' },
  { operation: 'POST /repair-calls', field: 'unitId', kind: 'product-units' },
  { operation: 'POST /repair-calls', field: 'dealerId', kind: 'dealers' },
  { operation: 'POST /repair-calls/{id}/correct', field: 'customerId', kind: 'customers', body: () => ({ ...reasoned(), fields: ['customer'] }) },
  { operation: 'POST /repair-calls/{id}/correct', field: 'unitId', kind: 'product-units', body: () => ({ ...reasoned(), fields: ['unit'] }) },
  { operation: 'POST /repair-calls/{id}/assign', field: 'technicianUserId', kind: 'users', body: version },
  { operation: 'POST /repair-calls/{id}/hand-over', field: 'technicianUserId', kind: 'users', body: reasoned },
  { operation: 'POST /repair-calls/{id}/answer-quote', field: 'quoteId', kind: 'quotes' },
  { operation: 'POST /reimbursements', field: 'callId', kind: 'repair-calls' },
  { operation: 'POST /receipts', field: 'callId', kind: 'repair-calls' },
  { operation: 'POST /receipts', field: 'customerId', kind: 'customers' },
  {
    operation: 'POST /campaign-units/{id}/mark', field: 'callId', kind: 'repair-calls',
    body: (world) => ({ version: 1, outcome: 'done', note: '已更换', photos: [world.photo] }),
  },
  { operation: 'POST /parts-requests', field: 'dealerId', kind: 'dealers', body: (world) => ({ ...STOCK, lines: parts(world) }) },
  {
    operation: 'POST /parts-requests', field: 'callId', kind: 'repair-calls',
    body: (world) => ({ ...STOCK, purpose: 'repair', lines: [{ partId: world.stage.goods.cartridgeId, quantity: 1, unitSerial: 'X' }] }),
  },
  {
    operation: 'POST /parts-requests', field: 'installationId', kind: 'installations',
    body: (world) => ({ ...STOCK, purpose: 'installation', lines: [{ partId: world.stage.goods.cartridgeId, quantity: 1, unitSerial: world.stage.serials[5] }] }),
  },
  { operation: 'POST /parts-requests/{id}/accept-quote', field: 'lineIds.0', kind: 'lines' },
  { operation: 'POST /parts-requests/{id}/decline-quote', field: 'lineIds.0', kind: 'lines' },
  { operation: 'POST /shipping-orders/{id}/confirm-receipt', field: 'lines.0.lineId', kind: 'lines', body: () => ({ version: 1, lines: [{ receivedQuantity: 1 }] }) },
  { operation: 'POST /stocktakes/{id}/object', field: 'lines.0.lineId', kind: 'lines' },
  { operation: 'POST /returns', field: 'dealerId', kind: 'dealers' },
  { operation: 'POST /returns/{parcelId}/object', field: 'lineId', kind: 'lines' },
];

/** Names of ids in bodies and queries that are no dealer's, and why a foreign one cannot be. */
export const everybodys: Record<string, string> = {
  partId: CATALOGUE,
  partIds: CATALOGUE,
  modelId: CATALOGUE,
  courseId: 'what is held when is for everybody (D-5)',
  siteId: 'sites are the manufacturer\'s; a dealer\'s people have none',
  viaTransitId: 'sites are the manufacturer\'s',
};

/** Ids for which no document of the right state can be made here, and what proves them instead. */
export const untried: Record<string, string> = {
  'POST /monthly-reports/{id}/amend corrections.0.lineId': 'only a past month\'s report is amended; its lines are looked up as those of correct, which has a row',
};

/** Kinds that the ids in queries are of, by the parameter's name. */
export const queryKinds: Record<string, string> = {
  dealerId: 'dealers', parentId: 'dealers', customerId: 'customers', unitId: 'product-units', ids: 'product-units', callId: 'repair-calls', technicianUserId: 'users',
  technicianId: 'technicians', campaignId: 'campaigns', requestId: 'parts-requests', parcelId: 'returns', documentId: 'purchase-proofs', invoiceId: 'invoices',
};

/** A row for each file that a body names: the stranger's, under its right hash. */
export function fileRows(operations: Operation[]): NestedRow[] {
  return operations.flatMap(({ name, bodyIds }) => bodyIds.filter(isFile).map((field) => ({ operation: name, field, kind: 'attachments', body: nestedRows.find(({ operation }) => operation === name)?.body })));
}

export const isFile = (field: string): boolean => field.endsWith('.id');

/** The last name of a field's path: 'lines.0.partId' → 'partId', 'lineIds.0' → 'lineIds'. */
export const leafOf = (field: string): string => field.split('.').findLast((name) => name !== '0') ?? '';

/** Who asks about an operation, with which own document in its path, and whose ids are foreign to him. */
function sidesOf(world: AccessWorld, { path }: Operation): { asker: Api; own: string | undefined; foreign: Record<string, string>; file: AccessWorld['photo'] } {
  const kind = path.split('/')[1] ?? '';
  const first = { asker: world.stage.dealer.manager, own: world.ids[kind], foreign: world.otherIds, file: world.own.photo };
  const second = { asker: world.callers.dealer_manager as Api, own: world.otherIds[kind], foreign: world.ids, file: world.photo };
  return path.includes('{') && !second.own ? first : second;
}

/** The answers to a foreign and to a missing id in a field of a body. */
export async function askNested(world: AccessWorld, operation: Operation, row: NestedRow): Promise<[foreign: unknown, missing: unknown]> {
  const { asker, own, foreign, file } = sidesOf(world, operation);
  const kind = operation.path.split('/')[1];
  const path = row.path?.(world) ?? filled(operation.path, () => own ?? '');
  // That this one answers proves that a 404 is about the id in the body.
  const document = row.path || path === operation.path ? {} : await asker.get<{ version?: number }>(`/${kind}/${own}`);
  const whole = row.body ?? tenancyRows[row.operation]?.body ?? creates[row.operation];
  if (!whole) throw new Error(`${row.operation} ${row.field}: give the row a body`);
  const id = foreign[row.kind];
  if (!id) throw new Error(`${row.operation} ${row.field}: the world has no foreign ${row.kind}`);
  const ask = async (value: string): Promise<unknown> => {
    const body = structuredClone(whole(world)) as Record<string, unknown>;
    if ('version' in body && document.version) body.version = document.version;
    const steps = row.field.split('.');
    if (row.kind === 'attachments') put(body, steps.slice(0, -1), { id: value, sha256: file.sha256 });
    else put(body, steps, value);
    return comparable(await asker.raw(operation.method, path, body));
  };
  return [await ask(row.kind === 'attachments' ? file.id : id), await ask(randomUUID())];
}

/** The answers to a foreign and to a missing id in a query. */
export async function askFiltered(world: AccessWorld, operation: Operation, parameter: string): Promise<[foreign: unknown, missing: unknown]> {
  const { asker, own, foreign } = sidesOf(world, operation);
  const id = foreign[queryKinds[parameter] ?? ''];
  if (!id) throw new Error(`${operation.name} ${parameter}: the world has no foreign ${queryKinds[parameter]}`);
  // A file is asked for within the document that names it, both the stranger's.
  const isFiled = parameter === 'documentId';
  const path = filled(operation.path, () => (isFiled ? world.filed : (own ?? '')));
  const today = businessDate(new Date());
  const rest = isFiled ? '&document=purchase-proof' : operation.ofMonth ? `&month=${today.slice(0, 7)}` : operation.ofDays ? `&from=${today}&to=${today}` : '';
  const ask = async (value: string): Promise<unknown> => comparable(await asker.raw(operation.method, `${path}?${parameter}=${value}${rest}`));
  return [await ask(id), await ask(randomUUID())];
}

function put(body: Record<string, unknown>, [head = '', ...rest]: string[], value: unknown): void {
  if (rest.length === 0) {
    body[head] = value;
    return;
  }
  body[head] ??= rest[0] === '0' ? [] : {};
  put(body[head] as Record<string, unknown>, rest, value);
}
