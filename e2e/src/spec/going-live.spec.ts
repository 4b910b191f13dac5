import { readSheet } from 'read-excel-file/node';
import { Api, eventually, type Ref } from '../http/api.js';
import { sendSheet, type Sheet } from '../http/sheets.js';
import { importUnits, type Job } from '../story/goods.js';
import type { SpecPlatform } from './platform-fixture.js';
import { startStoryPlatform } from './story-platform.js';

const PASSWORD = 'Live-2026-river-stone';

let platform: SpecPlatform;
beforeAll(async () => {
  platform = await startStoryPlatform();
}, 180_000);
afterAll(() => platform?.stop(), 60_000);

const resultOf = (job: Job): Record<string, unknown> => JSON.parse(job.result || '{}') as Record<string, unknown>;

async function fileOf(api: Api, path: string): Promise<(string | null)[][]> {
  const answer = await fetch(`${platform.running.url}/api/v1${path}`, { headers: { cookie: api.cookie } });
  if (answer.status !== 200) throw new Error(`${path}: ${answer.status}`);
  return (await readSheet(Buffer.from(await answer.arrayBuffer()))) as (string | null)[][];
}

/** Imports accounts and signs each in with the one-time password that the importer got, which is changed at once. */
async function hired(importer: Api, sheet: Sheet): Promise<Record<string, Api>> {
  const job = await sendSheet(importer, 'users', sheet);
  expect([job.state, job.errors]).toEqual(['done', []]);
  const [, ...rows] = await fileOf(importer, `/jobs/gateway/${job.id}/passwords`);
  const people: Record<string, Api> = {};
  for (const [username, , , password] of rows) {
    people[String(username)] = new Api(platform.running.url);
    await people[String(username)]?.signIn(String(username), String(password), PASSWORD);
  }
  return people;
}

/** Who the first sheets brought, for the sheets after them. */
const people: Record<'clerk' | 'supervisor' | 'manager', Api | undefined> = { clerk: undefined, supervisor: undefined, manager: undefined };

it('X-9: an empty platform is filled from sheets: users, dealers, models, units, customers with what they own', async () => {
  const staff = await hired(platform.admin, [
    { username: 'gl.clerk', name: '李专员', role: 'service_clerk' }, { username: 'gl.supervisor', name: '周主管', role: 'service_supervisor' },
    { username: 'gl.quality', name: '郑质检', role: 'quality_engineer' }, { username: 'gl.auditor', name: '审计', role: 'auditor' },
  ]);
  const [clerk, supervisor, quality] = ['gl.clerk', 'gl.supervisor', 'gl.quality'].map((name) => staff[name] as Api) as [Api, Api, Api];

  const papers = { taxTitle: '上海阀门有限公司', taxNumber: '91310000MA1K00000X', agreementNumber: 'AG-GL', validFrom: '2025-01-01', validTo: '2099-12-31' };
  const dealers: Sheet = [
    { code: 'GLSH', name: '上海经销商', regionCode: '310104', territory: '310000', contactName: '钱经理', contactPhone: '02162345678', ...papers },
    { code: 'GLSZ', name: '苏州分销商', regionCode: '320508', parentCode: 'GLSH', ...papers },
  ];
  const wrong = await sendSheet(clerk, 'dealers', [...dealers, { code: 'GL-BAD', name: '无区划', regionCode: '999999' }]);
  expect(wrong).toMatchObject({ state: 'failed', errors: [{ row: 4, column: 'regionCode', code: 'REGION_UNKNOWN' }] });
  expect((await fileOf(clerk, `/jobs/dealers/${wrong.id}/marked-up`))[3]?.at(-1)).toContain('行政区划');
  expect((await clerk.get<{ items: unknown[] }>('/dealers?q=GL')).items).toEqual([]);
  expect(await sendSheet(clerk, 'dealers', dealers, { dryRun: true })).toMatchObject({ state: 'done' });
  expect(resultOf(await sendSheet(clerk, 'dealers', dealers))).toEqual({ drafted: 2, unchanged: 0 });
  const drafted = (await clerk.get<{ items: Ref[] }>('/dealers?q=GL')).items;
  for (const { id, version } of drafted) await supervisor.post(`/dealers/${id}/activate`, { version });

  const own = await hired(clerk, [
    { username: 'glsh.manager', name: '钱经理', role: 'dealer_manager', dealerCode: 'GLSH' }, { username: 'glsh.technician', name: '孙师傅', role: 'dealer_technician', dealerCode: 'GLSH' },
  ]);
  const manager = own['glsh.manager'] as Api;
  Object.assign(people, { clerk, supervisor, manager });
  const technicians = () => manager.get<{ items: { name: string; active: boolean }[] }>('/technicians');
  expect(await eventually(technicians, ({ items }) => items.length > 0, 'who was imported as a technician can be given work')).toMatchObject({ items: [{ name: '孙师傅', active: true }] });

  const models: Sheet = [
    { code: 'GL-100', name: '智能马桶', family: 'toilet', months: '24' }, { code: 'GL-100', partClass: 'seal', months: '12', startBasis: 'commissioning' },
  ];
  expect(await sendSheet(quality, 'models', models)).toMatchObject({ state: 'failed', errors: [{ row: 2, column: 'family', code: 'FAMILY_UNKNOWN' }] });
  await quality.post('/product-families', { code: 'toilet', name: '坐便器', nameEn: 'Toilets' });
  expect(resultOf(await sendSheet(quality, 'models', models))).toEqual({ drafted: 1, unchanged: 0 });
  const [model] = (await quality.get<{ items: Ref[] }>('/product-models?q=GL-100')).items;
  await supervisor.post(`/product-models/${model?.id}/publish`, { version: model?.version });

  const serials = ['GL-SN-0001', 'GL-SN-0002'];
  const dispatch = serials.map((serial) => ({ serial, modelCode: 'GL-100', dealerCode: 'GLSH', manufacturedOn: '2025-01-05', dispatchedOn: '2025-02-01' }));
  expect(await eventually(() => importUnits(clerk, dispatch), ({ state }) => state === 'done', 'the dealer is known where units are')).toMatchObject({ errors: [] });

  const person = { name: '王小明', phones: '13800000001、021-64000001', regionCode: '310104', addressDetail: '漕溪路 100 弄', consentService: '是' };
  const customers: Sheet = [
    { ...person, serial: serials[0] ?? '', purchaseDate: '2025-03-01', salePrice: '1999.00' }, { name: person.name, phones: person.phones, serial: serials[1] ?? '' },
    { ...person, name: '赵敏', phones: '13800000002' },
  ];
  expect(resultOf(await sendSheet(manager, 'customers', customers))).toEqual({ registered: 2, sold: 2, unchanged: 0 });
  expect(await manager.get(`/product-units/by-serial/${serials[0]}`)).toMatchObject({ purchaseDate: '2025-03-01', warrantyUntil: '2027-03-01' });

  expect([
    resultOf(await sendSheet(clerk, 'dealers', dealers)), resultOf(await sendSheet(quality, 'models', models)), resultOf(await sendSheet(manager, 'customers', customers)),
    resultOf(await sendSheet(platform.admin, 'users', [{ username: 'gl.auditor', name: '审计', role: 'auditor' }])),
  ]).toMatchObject([{ drafted: 0, unchanged: 2 }, { drafted: 0, unchanged: 1 }, { registered: 0, sold: 0, unchanged: 3 }, { opened: 0, unchanged: 1 }]);
}, 120_000);

it('X-9: then with parts and what they fit, with the stock of a warehouse and with what a dealer holds, each booked once by a second person', async () => {
  const { clerk, supervisor, manager } = people as Record<keyof typeof people, Api>;
  await platform.admin.post('/warehouses', { code: 'GLTZ', name: '台州', nameEn: 'Taizhou', kind: 'receiving' });
  const part = { unit: 'piece', partClass: 'cartridge', families: 'toilet' };
  const parts: Sheet = [{ ...part, number: 'GL-P2', name: '新阀芯', supersedesNumber: 'GL-P1' }, { ...part, number: 'GL-P1', name: '阀芯' }];
  expect(await sendSheet(clerk, 'parts', [{ ...part, number: 'GL-P3', name: '垫圈', families: 'toilet、boat' }])).toMatchObject({ state: 'failed', errors: [{ row: 2, column: 'families', code: 'FAMILY_UNKNOWN' }] });
  expect(resultOf(await sendSheet(clerk, 'parts', parts))).toEqual({ added: 2, unchanged: 0 });
  expect(resultOf(await sendSheet(clerk, 'part-models', [{ partNumber: 'GL-P2', modelCode: 'GL-100', drawingPosition: '7' }]))).toEqual({ added: 1, unchanged: 0 });
  const [model] = (await clerk.get<{ items: Ref[] }>('/product-models?q=GL-100')).items;
  const fitting = (await manager.get<{ items: { partId: string }[] }>(`/product-models/${model?.id}/parts`)).items;
  expect(fitting).toMatchObject([{ drawingPosition: '7', partNumber: 'GL-P2', successorNumber: '' }]);
  const file = await clerk.get<{ version: number }>(`/parts/${fitting[0]?.partId}/file`);
  await clerk.put(`/parts/${fitting[0]?.partId}/models`, { version: file.version, models: [{ modelId: model?.id, position: '7' }, { modelId: model?.id, position: '8' }] });

  const stock: Sheet = [{ warehouseCode: 'GLTZ', partNumber: 'GL-P2', quantity: '20', unitCost: '3.5', cutOverOn: '2026-03-31' }];
  const held: Sheet = [{ dealerCode: 'GLSH', partNumber: 'GL-P1', quantity: '2', dueOn: '2026-04-30', cutOverOn: '2026-03-31' }];
  expect([(await sendSheet(clerk, 'opening-stock', stock)).state, (await sendSheet(clerk, 'opening-holdings', held)).state]).toEqual(['done', 'done']);
  expect(await sendSheet(clerk, 'opening-stock', stock)).toMatchObject({ state: 'failed', errors: [{ row: 2, column: 'warehouseCode', code: 'OPENED_ALREADY' }] });
  const drafts = (await supervisor.get<{ items: (Ref & { kind: string })[] }>('/openings?state=draft')).items;
  expect(drafts.map(({ kind }) => kind).sort()).toEqual(['holdings', 'stock']);
  for (const { id, version } of drafts) await supervisor.post(`/openings/${id}/approve`, { version });
  expect((await clerk.get<{ items: unknown[] }>('/stock?q=GL-P2')).items).toMatchObject([{ onHand: 20, available: 20 }]);
  expect(await supervisor.get('/stock/value')).toMatchObject({ value: '70.00' });
  expect((await manager.get<{ items: unknown[] }>('/obligations')).items).toMatchObject([{ origin: 'opening', outstandingQuantity: 2, dueOn: '2026-04-30', overdue: true }]);
}, 60_000);
