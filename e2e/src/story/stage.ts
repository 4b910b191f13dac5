import { addMonths, businessDate } from '@aftercare/domain';
import type { Api } from '../http/api.js';
import { createPart, importUnits, publishFault, publishModel, publishPrices, receiveStock, sitesOf, type DispatchRow, type Goods } from './goods.js';
import type { Stage, Tell } from './loop.js';
import { hireStaff, registerDealer, type Accounts, type People } from './people.js';

const UNITS = 500;

/** Everything a story needs, made through the API: people, a dealer, a model, 500 serials from Excel, parts, prices, stock. `parentOf` registers the dealer's parent. */
export async function setUpStage(admin: Api, accounts: Accounts, tell: Tell, parentOf?: (people: People) => Promise<string>): Promise<Stage & { serials: string[] }> {
  const people = await hireStaff(admin, accounts);
  const code = `ST${accounts.suffix}`.toUpperCase();
  const dealer = await registerDealer(people, accounts, { code, name: `上海示范经销商${accounts.suffix}`, regionCode: '310104', territory: ['310000'], parentId: await parentOf?.(people) });
  tell('a clerk registers the dealer, the supervisor activates it (D-1)', dealer.code);
  const goods = await makeGoods(people, accounts.suffix);
  tell('model with terms, parts, prices and stock', goods.modelCode);
  const rows = dispatchRows(goods.modelCode, code);
  const job = await importUnits(people.clerk, rows);
  if (job.state !== 'done') throw new Error(`the import failed: ${JSON.stringify(job.errors.slice(0, 5))}`);
  tell(`${rows.length} serials are imported from Excel (C-3)`, `job ${job.id}`);
  return { people, dealer, goods, tell, url: accounts.url, now: () => new Date(), serials: rows.map(({ serial }) => serial) };
}

async function makeGoods(people: People, suffix: string): Promise<Goods> {
  const upper = suffix.toUpperCase();
  const modelCode = `FA-${upper}`;
  const model = await publishModel(people, modelCode);
  const cartridge = await createPart(people.clerk, { number: `CT-${upper}`, name: '阀芯', partClass: 'cartridge' });
  const ceramic = await createPart(people.clerk, { number: `CB-${upper}`, name: '陶瓷体', partClass: 'ceramic_body' });
  const today = businessDate(new Date());
  await publishPrices(people, today, [
    { partId: cartridge.id, dealerPrice: '12.345', suggestedPrice: '20' },
    { partId: ceramic.id, dealerPrice: '300', suggestedPrice: '450' },
  ]);
  const sites = await sitesOf(people.admin);
  await receiveStock(people.keeper, sites.receivingSiteId, [
    { partId: cartridge.id, quantity: 100, unitCost: '8.5' },
    { partId: ceramic.id, quantity: 10, unitCost: '150' },
  ]);
  return { modelId: model.id, modelCode, cartridgeId: cartridge.id, ceramicId: ceramic.id, faultCode: await publishFault(people, `F-${upper}`), ...sites };
}

function dispatchRows(modelCode: string, dealerCode: string): DispatchRow[] {
  const dispatchedOn = addMonths(businessDate(new Date()), -30);
  return Array.from({ length: UNITS }, (_each, index) => ({
    serial: `${modelCode}-${String(index + 1).padStart(5, '0')}`, modelCode, dealerCode, manufacturedOn: addMonths(dispatchedOn, -1), dispatchedOn,
  }));
}
