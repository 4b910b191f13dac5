import { writeXlsx } from 'hucre';
import { eventually, type Api, type Ref } from '../http/api.js';
import type { People } from './people.js';

/** The things of a story: a model with terms, parts with prices and stock, the two sites. */
export interface Goods {
  modelId: string;
  modelCode: string;
  cartridgeId: string;
  ceramicId: string;
  faultCode: string;
  receivingSiteId: string;
  transitSiteId: string;
}

const FAUCETS = { code: 'faucet', name: '龙头', nameEn: 'Faucets' };

/** A family of the catalogue, added by a quality engineer or a clerk unless it is there (W-9). */
export async function keepFamily(keeper: Api, family: { code: string; name: string; nameEn: string }): Promise<void> {
  const { items } = await keeper.get<{ items: { code: string }[] }>(`/product-families?q=${family.code}`);
  if (!items.some(({ code }) => code === family.code)) await keeper.post('/product-families', family);
}

/** Adds a model with two terms: ceramic body 60 months, everything else 12 (W-9). */
export async function publishModel(people: People, code: string): Promise<Ref> {
  const term = { coversParts: true, coversLabour: true, startBasis: 'purchase' };
  await keepFamily(people.quality, FAUCETS);
  const drafted = await people.quality.post('/product-models', {
    code, name: '单把龙头', nameEn: 'Single-lever faucet', family: 'faucet',
    terms: [{ partClass: 'ceramic_body', months: 60, ...term }, { partClass: '*', months: 12, ...term }],
  });
  return people.supervisor.post(`/product-models/${drafted.id}/publish`, { version: drafted.version });
}

/** A published fault code of the family, as records name it. */
export async function publishFault(people: People, code: string): Promise<string> {
  await keepFamily(people.quality, FAUCETS);
  const drafted = await people.quality.post('/fault-codes', { kind: 'fault', family: 'faucet', code, name: '滴水', nameEn: 'Drips' });
  await people.supervisor.post(`/fault-codes/${drafted.id}/publish`, { version: drafted.version });
  return code;
}

/** A part of faucets without stock or price. */
export async function createPart(clerk: Api, draft: { number: string; name: string; partClass: string; returnRequired?: boolean }): Promise<Ref> {
  await keepFamily(clerk, FAUCETS);
  return clerk.post('/parts', { unit: 'piece', families: ['faucet'], returnRequired: true, weightGrams: 120, nameEn: draft.number, ...draft });
}

/** Finance drafts prices from a day on, the supervisor publishes them (F-7). */
export async function publishPrices(people: People, effectiveFrom: string, prices: { partId: string; dealerPrice: string; suggestedPrice: string }[]): Promise<Ref> {
  const drafted = await people.finance.post('/price-lists', { effectiveFrom, lines: prices });
  return people.supervisor.post(`/price-lists/${drafted.id}/publish`, { version: drafted.version });
}

/** Goods of a supplier arrive at a site (P-2). */
export function receiveStock(keeper: Api, warehouseId: string, lines: { partId: string; quantity: number; unitCost: string }[]): Promise<Ref> {
  return keeper.post('/purchase-receipts', { warehouseId, reference: 'GRN-1', lines });
}

interface Site {
  id: string;
  code: string;
  kind: string;
}

/** The sites of Taizhou (counts returns) and Shanghai (passes them on); added where they do not stand yet (H-4). */
export async function sitesOf(admin: Api): Promise<{ receivingSiteId: string; transitSiteId: string }> {
  const { items } = await admin.get<{ items: Site[] }>('/warehouses?limit=200');
  const site = async (code: string, draft: { name: string; nameEn: string; kind: string }): Promise<string> =>
    items.find((each) => each.code === code)?.id ?? (await admin.post('/warehouses', { code, ...draft })).id;
  return {
    receivingSiteId: await site('TZ', { name: '台州售后服务处', nameEn: 'Taizhou service centre', kind: 'receiving' }),
    transitSiteId: await site('SH', { name: '上海中转仓', nameEn: 'Shanghai transit', kind: 'transit' }),
  };
}

/** A line of the dispatch sheet (C-3). */
export interface DispatchRow {
  serial: string;
  modelCode: string;
  dealerCode: string;
  manufacturedOn: string;
  dispatchedOn: string;
}

/** The dispatch sheet as an Excel file, with the headings of the template. */
export async function dispatchSheet(rows: DispatchRow[]): Promise<Uint8Array> {
  const headings: [keyof DispatchRow, string][] = [
    ['serial', '序列号'], ['modelCode', '型号'], ['dealerCode', '经销商代码'], ['manufacturedOn', '生产日期'], ['dispatchedOn', '发货日期'],
  ];
  return writeXlsx({ sheets: [{ name: '发货', columns: headings.map(([key, header]) => ({ key, header })), data: rows.map((row) => ({ ...row })) }] });
}

/** A job as it is asked for. */
export interface Job {
  id: string;
  state: string;
  progress: number;
  total: number;
  errors: { row: number; column: string; code: string }[];
  result: string;
}

/** Uploads a dispatch sheet and waits for its job (C-3). */
export async function importUnits(clerk: Api, rows: DispatchRow[], options: { dryRun?: boolean } = {}): Promise<Job> {
  const form = new FormData();
  const type = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';
  form.append('file', new Blob([await dispatchSheet(rows)], { type }), 'dispatch.xlsx');
  const answer = await clerk.raw<{ id: string }>('POST', `/imports/units${options.dryRun ? '?dryRun=true' : ''}`, form, { timeoutMs: 30_000 });
  if (answer.status !== 202) throw new Error(`the import was refused: ${JSON.stringify(answer.body)}`);
  const ended = (job: Job): boolean => job.state === 'done' || job.state === 'failed';
  return eventually(() => clerk.get<Job>(`/jobs/customers/${answer.body.id}`), ended, 'the end of the import');
}
