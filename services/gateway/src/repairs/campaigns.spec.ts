import { CampaignService, CampaignUnitService, CustomerService, DealerService, PartService, ProductUnitService, type ExtendWarrantyRequest, type OpenCampaignRequest } from '@aftercare/contracts';
import { newId } from '@aftercare/domain';
import { notFound } from '@aftercare/messaging';
import { fake } from '@aftercare/testing';
import { Gateway, type Answer } from '../spec/gateway-harness.js';
import { pdfText } from '../spec/pdf-text.js';

const SECRET = { name: '龚小明', phones: ['13812341234'], addressDetail: '中山西路1000号' };
const [dealerId, campaignId, soldId, unsoldId, unitId, partId, customerId] = Array.from({ length: 7 }, newId);

describe('campaigns', () => {
  let gateway: Gateway;
  const opened: OpenCampaignRequest[] = [];
  const extended: ExtendWarrantyRequest[] = [];
  const reveals: string[] = [];

  beforeAll(async () => {
    gateway = await Gateway.start([
      fake(CampaignService, {
        openCampaign: async (request) => {
          opened.push(request);
          return { id: campaignId, number: 'CP-2026-000001', state: 'draft', version: 1 };
        },
        getCampaign: async ({ id }) => ({ id, number: 'CP-2026-000001', content: { kind: 'recall', title: '阀芯更换', letter: `信始${'请尽快预约。'.repeat(300)}信终`, letterEn: 'Please make an appointment.', dueOn: '2026-12-31' } }),
      }),
      fake(CampaignUnitService, {
        getCampaignUnit: async ({ id }) => {
          if (id !== soldId && id !== unsoldId) throw notFound('campaign unit');
          return { id, campaignId, campaignNumber: 'CP-2026-000001', unitId, serial: 'FA-100-0001', modelCode: 'FA-100', dealerId, customerId: id === soldId ? customerId : '' };
        },
      }),
      fake(CustomerService, {
        getCustomer: async ({ id }) => ({ id, ...SECRET }),
        revealCustomer: async ({ id, reason }) => {
          reveals.push(reason);
          return { id, ...SECRET };
        },
      }),
      fake(DealerService, { getDealerStanding: async ({ id }) => ({ id, name: '上海徐汇洁宇卫浴', nameEn: 'Xuhui Jieyu', code: 'SH001', status: 'active' }) }),
      fake(PartService, {
        getPart: async ({ id }) => {
          if (id !== partId) throw notFound('part');
          return { id, number: 'CA-35' };
        },
      }),
      fake(ProductUnitService, {
        extendWarranty: async (request) => {
          extended.push(request);
          return { id: request.id, version: request.version + 1 };
        },
      }),
    ]);
  }, 60_000);
  afterAll(() => gateway.stop());

  const content = { kind: 'recall', title: '阀芯更换', problem: '开裂', remedy: '更换', selection: { lots: ['L-7'] }, parts: [{ partId, quantity: 2 }], dueOn: '2099-01-01' };
  const textOf = async ({ bytes }: Answer): Promise<string> => (await pdfText(bytes)).join('\n').replace(/\s+/g, '');

  it('Q-5: parts are named by the catalogue; an unknown one is not found', async () => {
    const engineer = await gateway.person('quality_engineer');
    expect((await engineer.post('/campaigns', { content })).status).toBe(201);
    expect(opened[0]?.content?.parts).toEqual([expect.objectContaining({ partId, partNumber: 'CA-35', quantity: 2 })]);
    expect(await engineer.post('/campaigns', { content: { ...content, parts: [{ partId: newId(), quantity: 1 }] } })).toMatchObject({ status: 404 });
    expect(await engineer.post('/campaigns', { content: { ...content, kind: 'party', dueOn: 'x' } })).toMatchObject({ status: 400, body: { errors: [{ field: 'content.kind' }, { field: 'content.dueOn' }] } });
    const clerk = await gateway.person('service_clerk');
    expect(await clerk.post('/campaigns', { content })).toMatchObject({ status: 403 });
  });

  it('Q-5, C-5: the letter to the owner is printed masked, and plain with a reason, whole and in both languages', async () => {
    const manager = await gateway.person('dealer_manager', { dealerId });
    const masked = await textOf(await manager.get(`/campaign-units/${soldId}/letter`));
    for (const part of ['召回通知', 'CP-2026-000001-FA-100-0001', '阀芯更换', '信始', '信终', '上海徐汇洁宇卫浴', '138****1234']) expect(masked).toContain(part);
    for (const secret of [SECRET.name, SECRET.phones[0], SECRET.addressDetail]) expect(masked).not.toContain(secret);
    expect(reveals).toEqual([]);
    const plain = await textOf(await manager.post(`/campaign-units/${soldId}/letter?lang=en`, { reason: '寄信' }));
    for (const part of ['Recallnotice', 'XuhuiJieyu', 'Pleasemakeanappointment.', SECRET.name, SECRET.addressDetail]) expect(plain).toContain(part);
    expect(reveals).toEqual(['print: 寄信']);
    expect(await manager.post(`/campaign-units/${unsoldId}/letter`, { reason: '寄信' })).toMatchObject({ status: 409, body: { reason: 'CAMPAIGN_UNIT_UNSOLD' } });
    expect(reveals).toHaveLength(1);
    expect(await manager.get(`/campaign-units/${newId()}/letter`)).toMatchObject({ status: 404 });
  });

  it('W-10: a supervisor extends the warranty of a unit on the basis of the campaign, found by its number', async () => {
    const supervisor = await gateway.person('service_supervisor');
    const answer = await supervisor.post(`/campaign-units/${soldId}/extend-warranty`, { version: 3, until: '2028-12-31', reason: '召回延保' });
    expect([answer.status, extended]).toEqual([200, [expect.objectContaining({ id: unitId, version: 3, until: '2028-12-31', basis: 'campaign', reference: 'CP-2026-000001' })]]);
    const engineer = await gateway.person('quality_engineer');
    expect(await engineer.post(`/campaign-units/${soldId}/extend-warranty`, { version: 3, until: '2028-12-31', reason: '召回延保' })).toMatchObject({ status: 403 });
  });
});
