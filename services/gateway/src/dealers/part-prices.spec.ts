import { DealerService, JobService, PartPriceService, PartService, type BeginJobRequest, type ListPartPricesRequest } from '@aftercare/contracts';
import { newId } from '@aftercare/domain';
import { fake } from '@aftercare/testing';
import { readSheet } from 'read-excel-file/node';
import { SheetReader } from '../imports/sheet-reader.js';
import { Gateway, type Person } from '../spec/gateway-harness.js';
import { uploadOf } from '../spec/multipart.js';

describe('own part prices over HTTP', () => {
  let gateway: Gateway;
  let manager: Person;
  const [dealerId, partId] = [newId(), newId()];
  const begun: BeginJobRequest[] = [];
  const staged: Record<string, string>[] = [];
  const listed: ListPartPricesRequest[] = [];

  beforeAll(async () => {
    gateway = await Gateway.start([
      fake(DealerService, { getDealerStanding: async ({ id }) => ({ id, status: 'active' }) }),
      fake(PartService, { findParts: async ({ numbers }) => ({ items: numbers.includes('P-1') ? [{ id: partId, number: 'P-1', name: '阀芯' }] : [] }) }),
      fake(PartPriceService, {
        listPartPrices: async (request) => {
          listed.push(request);
          return { items: [{ partId, partNumber: 'P-1', name: '阀芯', unitPrice: '120.0000', source: 'own', ownPrice: '120.0000', suggestedPrice: '100.0000', deviationPercent: '20.0' }] };
        },
      }),
      fake(JobService, {
        beginJob: async (request) => {
          begun.push(request);
          return { id: newId() };
        },
        appendRows: async ({ rows }) => {
          staged.push(...rows.map(({ cells }) => cells));
          return { staged: rows.length };
        },
        startJob: async () => ({ state: 'queued' }),
      }, 'dealers'),
    ]);
    manager = await gateway.person('dealer_manager', { dealerId });
  });
  afterAll(() => gateway.stop());

  const exported = async () => {
    const cookie = await gateway.signIn(manager.username, 'river stone lamp');
    const answer = await gateway.app.inject({ url: `/api/v1/dealers/${dealerId}/part-prices?own=true&format=xlsx`, headers: { cookie, 'accept-language': 'zh-CN' } });
    return answer.rawPayload;
  };

  it('D-3, X-2: the exported list has own, suggested and deviation side by side, and is taken back as an import', async () => {
    const content = await exported();
    const [headings, row] = await readSheet(content);
    expect(headings).toEqual(expect.arrayContaining(['配件编号', '单价', '自定价格', '建议零售价', '偏离建议价（%）']));
    expect(row?.[headings?.indexOf('自定价格') ?? -1]).toBe('120.0000');
    expect(listed.at(-1)).toMatchObject({ dealerId, own: true });
    const answer = await manager.send('POST', '/imports/part-prices?dryRun=true', uploadOf('prices.xlsx', content));
    expect([answer.status, answer.body.service]).toEqual([202, 'dealers']);
    expect(begun.at(-1)).toMatchObject({ kind: 'import-part-prices', dryRun: true });
    await gateway.app.get(SheetReader, { strict: false }).readWaiting();
    expect(staged.at(-1)).toMatchObject({ partNumber: 'P-1', partId, ownPrice: '120.0000' });
  });

  it('D-3: a number that the catalogue lacks stands for no part, whatever the sheet says', async () => {
    await manager.send('POST', '/imports/part-prices', uploadOf('prices.csv', `partNumber,ownPrice,partId\nP-9,5,${newId()}\n`));
    await gateway.app.get(SheetReader, { strict: false }).readWaiting();
    expect(staged.at(-1)).toMatchObject({ partNumber: 'P-9', partId: '', ownPrice: '5' });
  });

  it('D-3: prices are set by the dealer’s manager alone, and nonsense is refused by name', async () => {
    const technician = await gateway.person('dealer_technician', { dealerId });
    const clerk = await gateway.person('service_clerk');
    const path = `/dealers/${dealerId}/part-prices/copy-suggested`;
    for (const person of [technician, clerk]) expect((await person.post(path, { effectiveFrom: '2099-01-01' })).status).toBe(403);
    const answer = await manager.post(path, { effectiveFrom: '2099-01-01', adjustPercent: '1e3' });
    expect(answer).toMatchObject({ status: 400, body: { errors: [{ field: 'adjustPercent' }] } });
  });
});
