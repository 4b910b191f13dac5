import { addMonths } from '@aftercare/domain';
import { eventually, ProblemError, type Api, type Ref } from '../http/api.js';
import { createPart, importUnits, publishPrices, receiveStock, type Job } from './goods.js';
import { issue, type PartsStage, type Supply } from './parts-steps.js';
import { activateDealer, hireManager, type Accounts, type People } from './people.js';

/** A month's tie-out as finance sees it. */
export interface TieOut {
  /** The figures tie out; proved once the services' own lists agreed as well. */
  tied: boolean;
  proved: boolean;
  model: string;
  faultCount: number;
  closed: boolean;
  totals: Record<string, number | string | boolean>;
}

/** A line at fault. */
export interface Fault {
  kind: string;
  term: string;
  partId: string;
  pieces: number;
  documentNumber: string;
  text: string;
}

/** A dealer that has parts sent: with a unit under warranty and one whose warranty is over. */
export interface Supplied {
  stage: PartsStage;
  covered: string;
  expired: string;
}

/** A dealer with a manager, and its two units (D-1, C-3). The model is published. */
export async function suppliedDealer(
  people: People, accounts: Accounts, { code, modelCode, receivingSiteId, today }: { code: string; modelCode: string; receivingSiteId: string; today: string },
): Promise<Supplied> {
  const { id } = await activateDealer(people, { code, name: `${code}经销商`, regionCode: '310104', territory: ['310000'] });
  const manager = await hireManager(people, accounts, { id, code });
  const [covered, expired] = [`${code}-0001`, `${code}-0002`];
  const dispatched = { modelCode, dealerCode: code, manufacturedOn: addMonths(today, -26), dispatchedOn: addMonths(today, -25) };
  await eventually(() => importUnits(people.clerk, [covered, expired].map((serial) => ({ ...dispatched, serial }))), ({ state }) => state === 'done', 'the dealer is known where units are');
  const customer = await manager.post('/customers', { name: '赵六', phones: ['13812340019'], address: { regionCode: '310104', detail: '漕溪北路99弄' }, consentService: true });
  const unit = await manager.get<Ref>(`/product-units/by-serial/${expired}`);
  await manager.post(`/product-units/${unit.id}/sell`, { version: unit.version, customerId: customer.id, purchaseDate: addMonths(today, -24) });
  return { stage: { people, tell: () => undefined, receivingSiteId, dealer: { id, manager } }, covered, expired };
}

/** A part at 12.345 from a day on, with stock. */
export async function stockedPart(people: People, receivingSiteId: string, { number, stock, from }: { number: string; stock: number; from: string }): Promise<string> {
  const { id } = await createPart(people.clerk, { number, name: '阀芯', partClass: 'cartridge' });
  await publishPrices(people, from, [{ partId: id, dealerPrice: '12.345', suggestedPrice: '12.345' }]);
  await receiveStock(people.keeper, receivingSiteId, [{ partId: id, quantity: stock, unitCost: '3' }]);
  return id;
}

/** Pieces of a part for the unit that makes them charged or covered. */
export function issueTo({ stage, covered, expired }: Supplied, pieces: { partId: string; quantity: number }, supply: Supply = 'warranty'): Promise<void> {
  return issue(stage, { ...pieces, unitSerial: supply === 'charged' ? expired : covered }, supply);
}

export const tieOutOf = ({ finance }: Pick<People, 'finance'>, month: string): Promise<TieOut> => finance.get<TieOut>(`/months/${month}/tie-out`);

/** The row of a part in a month; the first dealer's. */
export async function tieRowOf({ auditor }: Pick<People, 'auditor'>, month: string, partId: string): Promise<Record<string, unknown> | undefined> {
  return (await auditor.get<{ items: Record<string, unknown>[] }>(`/months/${month}/tie-out/rows?partId=${partId}`)).items[0];
}

export async function faultsOf({ auditor }: Pick<People, 'auditor'>, month: string): Promise<Fault[]> {
  return (await auditor.get<{ items: Fault[] }>(`/months/${month}/tie-out/faults?limit=200`)).items;
}

/** Begins a close as finance does; answers the path of its job. */
export async function beginClose(finance: Api, month: string): Promise<string> {
  const { service, id } = await finance.post<{ id: string; service: string }>(`/months/${month}/close`, {});
  return `/jobs/${service}/${id}`;
}

const ended = ({ state }: Job): boolean => state === 'done' || state === 'failed';

/** The close as finance does it: the job to its end (B-6). */
export async function closeMonth(finance: Api, month: string): Promise<Job> {
  const job = await beginClose(finance, month);
  return eventually(() => finance.get<Job>(job), ended, 'the close');
}

/** The reason code with which something was refused. */
export const reasonOf = (asked: Promise<unknown>): Promise<string> => asked.then(() => 'done', (error: unknown) => (error instanceof ProblemError ? error.problem.reason : String(error)));
