import { eventually, type Api, type Ref } from '../http/api.js';
import { photo } from '../http/photo.js';
import type { Stage } from '../story/loop.js';
import type { Running } from '../http/running.js';
import { PIECES, plantWords, WORDS } from './free-words.js';
import { findEverywhere, type Hit } from './search.js';

/** Lists and figures that must read the same whether a person is known or not. */
const FIGURES = [
  '/ledger/trial-balance', '/receivables', '/obligations', '/stock', '/stock/movements', '/charge-slips', '/invoices', '/payments', '/product-units?limit=200',
  '/quality-reports',
];
/** Documents that stay, but for what is personal in them. */
const COUNTED = ['/customers', '/installations', '/repair-calls', '/parts-requests', '/shipping-orders', '/returns'];

interface Customer {
  id: string;
  version: number;
}

/** What was seen when a customer was exported, anonymised and exported again. */
export interface Forgotten {
  before: { figures: string; export: string };
  after: { figures: string; export: string };
  /** Where any of the texts still stands. */
  left: Hit[];
  /** HTTP status of the customer's photo afterwards. */
  photoStatus: number;
  /** Where pieces of free words stood before, and the HTTP status of a sheet that names the person before and afterwards. */
  planted: Hit[];
  sheetStatus: [number, number];
}

/** C-5: the customer of a call, who is renamed, merged with a double and photographed once more before, is anonymised. */
export async function forget(stage: Stage & { serials: string[] }, running: Running, given: { callId: string; texts: string[]; name: string; phone: string; address: string }): Promise<Forgotten> {
  const { people, dealer } = stage;
  const { customerId } = await people.clerk.get<{ customerId: string }>(`/repair-calls/${given.callId}`);
  const file = { phones: [given.phone], address: { regionCode: '310104', detail: given.address }, language: 'zh-CN', consentService: true };
  const customer = await dealer.manager.get<Customer>(`/customers/${customerId}`);
  const renamed = await dealer.manager.put(`/customers/${customerId}`, { ...file, version: customer.version, name: `${given.name}二` });
  const double = await dealer.manager.post('/customers', { ...file, name: given.name, acceptSharedPhone: true });
  await dealer.manager.post(`/customers/${double.id}/merge`, { version: double.version, intoId: customerId, intoVersion: renamed.version });
  const shot = await dealer.manager.upload(await photo(77), `${given.name}.jpg`, 'image/jpeg');
  const call = await dealer.manager.post('/repair-calls', {
    channel: 'phone', customerId, unitDescription: '龙头', contactName: given.name, contactPhone: given.phone,
    address: { regionCode: '310104', detail: given.address }, symptoms: `${given.name}说又漏，${WORDS}`, photos: [shot],
  });
  await people.clerk.raw('POST', `/repair-calls/${call.id}/reveal`, { reason: WORDS });
  await people.clerk.post(`/repair-calls/${call.id}/cancel`, { version: call.version, reason: `${given.name}不要了，${WORDS}`, askedBy: `${given.name}，${WORDS}`.slice(0, 100) });
  await callOfAnother(stage, customerId, given);
  const { sheet } = await plantWords(stage, customerId);
  await callsWithoutFile(stage, { customerId, contactName: given.name, contactPhone: given.phone, detail: given.address });
  const statusOf = async (): Promise<number> => (await dealer.manager.raw('GET', sheet)).status;
  const sheetBefore = await statusOf();
  const texts = [...given.texts, ...PIECES];
  const planted = await findEverywhere(running, PIECES);
  const before = { figures: await figures(people.auditor), export: await exported(people.supervisor, customerId) };
  const { version } = await people.supervisor.get<Customer>(`/customers/${customerId}`);
  await people.supervisor.post(`/customers/${customerId}/anonymise`, { version, reason: `${given.name}要求，${WORDS}` });
  const left = await eventually(() => findEverywhere(running, texts), (hits) => hits.length === 0, 'the erasure').catch(() => findEverywhere(running, texts));
  return {
    before, left, planted,
    sheetStatus: [sheetBefore, await statusOf()],
    after: { figures: await figures(people.auditor), export: await exported(people.supervisor, customerId) },
    photoStatus: (await people.supervisor.raw('GET', `/attachments/${shot.id}`)).status,
  };
}

/** A call of the customer that somebody else answers for, with a quote and a question which name him as his file did, and no contact of it. */
async function callOfAnother({ people, dealer }: Stage, customerId: string, { name, phone, address }: { name: string; phone: string; address: string }): Promise<void> {
  const call = await dealer.manager.post('/repair-calls', {
    channel: 'phone', customerId, unitDescription: '龙头', contactName: '李阿姨', contactPhone: '13900001111', address: { regionCode: '310104', detail: '另一处2号' }, symptoms: '滴水',
  });
  await dealer.manager.post(`/repair-calls/${call.id}/request-support`, { kind: 'support', question: `${name}家（${address}，${phone}）水压低` });
  const { version } = await dealer.manager.get<Ref>(`/repair-calls/${call.id}`);
  const quoted = await dealer.manager.post(`/repair-calls/${call.id}/quote`, { version, labourFee: '10.00', travelFee: '0.00', lines: [{ name: `${name}家改水管`, quantity: 1, unitPrice: '5.00' }] });
  await people.clerk.post(`/repair-calls/${call.id}/cancel`, { version: quoted.version, reason: '不修了', askedBy: '李阿姨' });
}

/** Calls on the customer's unit that name no file: from its label, by its serial, and at another dealer's, all cancelled. */
async function callsWithoutFile({ people, dealer, serials }: Stage & { serials: string[] }, of: { customerId: string; contactName: string; contactPhone: string; detail: string }): Promise<void> {
  const unit = await dealer.manager.get<{ id: string; version: number; serial: string }>(`/product-units/by-serial/${serials[19]}`);
  await dealer.manager.post(`/product-units/${unit.id}/sell`, { version: unit.version, customerId: of.customerId, salePrice: '888.00' });
  const said = { contactName: of.contactName, contactPhone: of.contactPhone, address: { regionCode: '310104', detail: of.detail }, symptoms: `${of.contactName}说滴水，${WORDS}` };
  const { number } = await dealer.manager.post<{ number: string }>(`/public/units/${unit.serial}/calls`, said);
  const scanned = await people.clerk.get<{ items: Ref[] }>(`/repair-calls?q=${number}`);
  const named = await dealer.manager.post('/repair-calls', { ...said, channel: 'phone', unitSerial: unit.serial });
  const atClerks = await people.clerk.post('/repair-calls', { ...said, channel: 'phone', unitSerial: unit.serial });
  for (const { id, version } of [...scanned.items, named, atClerks]) await people.clerk.post(`/repair-calls/${id}/cancel`, { version, reason: WORDS, askedBy: of.contactName });
}

async function figures(reader: Api): Promise<string> {
  const told: unknown[] = [];
  for (const path of FIGURES) told.push(path, await reader.get(path));
  for (const path of COUNTED) told.push(path, (await reader.get<{ items: unknown[] }>(`${path}?limit=200`)).items.length);
  return JSON.stringify(told, null, 1);
}

/** The archive as text: its JSON is not compressed. */
async function exported(supervisor: Api, customerId: string): Promise<string> {
  const { status, body } = await supervisor.raw<string>('POST', `/customers/${customerId}/export`, { reason: `本人要求，${WORDS}` });
  if (status !== 200) throw new Error(`the export answered ${status}: ${JSON.stringify(body)}`);
  return body;
}
