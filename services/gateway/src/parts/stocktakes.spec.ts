import { DealerService, JobService, StocktakeService, type BeginJobRequest } from '@aftercare/contracts';
import { newId } from '@aftercare/domain';
import { JsonText, notFound, ServiceError } from '@aftercare/messaging';
import { fake } from '@aftercare/testing';
import { Gateway, type Answer } from '../spec/gateway-harness.js';
import { pdfText } from '../spec/pdf-text.js';

const [dealerId, id, jobId, partId] = Array.from({ length: 4 }, newId);
let gateway: Gateway;
let refused: string | undefined;
const begun: BeginJobRequest[] = [];
const started: string[] = [];

const LINES = [
  { id: newId(), position: 1, partId, partNumber: 'CA-35', partName: '35 阀芯', partNameEn: '35 cartridge', borrowedQuantity: 6, returnedQuantity: 5, otherwiseQuantity: 0, variance: -1, outstandingQuantity: 1, extendedQuantity: 0, unitPrice: '12.3450', netAmount: '12.35', objection: '已退', decision: 'extend', decisionDueOn: '2026-06-30', decisionReason: 'x', evidence: [], slipId: '' },
  { id: newId(), position: 2, partId: newId(), partNumber: 'SE-01', partName: '密封圈', partNameEn: '', borrowedQuantity: 6, returnedQuantity: 8, otherwiseQuantity: 0, variance: 2, outstandingQuantity: 0, extendedQuantity: 0, unitPrice: '', netAmount: '0.00', objection: '', decision: '', decisionDueOn: '', decisionReason: '', evidence: [], slipId: '' },
];
const refuseWhenAsked = (): void => {
  if (refused) throw new ServiceError('failed_precondition', refused, 'refused');
};

const fakes = [
  fake(DealerService, {
    getDealerStanding: async (request) => {
      if (request.id !== dealerId) throw notFound('dealer');
      return { id: dealerId, code: 'SH001', name: '上海徐汇洁宇卫浴', nameEn: 'Xuhui Jieyu', status: 'active' };
    },
  }),
  fake(StocktakeService, {
    checkOpening: async ({ returnUntil }) => {
      refuseWhenAsked();
      return { returnUntil, dealers: 1 };
    },
    checkConfirmation: async (request) => {
      refuseWhenAsked();
      return { id: request.id, number: 'ST-2026-000007', state: 'closed', version: request.version };
    },
    getStocktake: async (request) => {
      if (request.id !== id) throw notFound('stocktake');
      return {
        id, number: 'ST-2026-000007', dealerId, state: 'closed', cutOffOn: '2026-03-31', returnUntil: '2026-04-30', objectUntil: '2026-05-08', borrowedQuantity: 12,
        returnedQuantity: 13, variance: 1, outstandingQuantity: 1, netTotal: '12.35', lineCount: 2, objectionCount: 1, version: 3,
      };
    },
    listStocktakeLines: async () => new JsonText(JSON.stringify({ items: LINES, nextCursor: '' })),
    listStocktakeExclusions: async () => ({ items: [{ id: newId(), position: 1, partId, partNumber: 'CA-35', partName: '35 阀芯', partNameEn: '35 cartridge', rule: 'gift', quantity: 2 }], nextCursor: '' }),
  }),
  fake(JobService, {
    beginJob: async (request) => {
      begun.push(request);
      return { id: jobId };
    },
    startJob: async (request) => {
      started.push(request.id);
      return { state: 'queued' };
    },
  }, 'parts'),
];

beforeAll(async () => (gateway = await Gateway.start(fakes)), 60_000);
afterAll(() => gateway.stop());
beforeEach(() => {
  refused = undefined;
  begun.length = 0;
  started.length = 0;
});

const textOf = async (answer: Answer): Promise<string> => {
  expect({ status: answer.status, type: answer.headers['content-type'] }).toEqual({ status: 200, type: 'application/pdf' });
  return (await pdfText(answer.bytes)).map((page) => page.replace(/\s+/g, '')).join('\n');
};

describe('stocktakes', () => {
  it('X-1, H-2, H-6: print as 《用户借料盘点表》 with borrowed, returned, variance and what is not in it, on A4 and continuous paper, in both languages', async () => {
    const clerk = await gateway.person('service_clerk');
    const text = await textOf(await clerk.get(`/stocktakes/${id}/print`));
    const parts = [
      '用户借料盘点表', '编号ST-2026-000007', '上海徐汇洁宇卫浴(SH001)', '盘点截止日2026-03-31', '退料期限2026-04-30', '异议期限2026-05-08', '用户借料', '用户退料', '盘盈盘亏',
      'CA-3535阀芯650-112.345012.35', '有异议、延期2026-06-30', 'SE-01密封圈680+2', '壹拾贰元叁角伍分', '赠送品2', '台州售后服务处（签字）',
    ];
    for (const part of parts) expect(text).toContain(part);
    const english = await textOf(await clerk.get(`/stocktakes/${id}/print?lang=en&paper=241x140`));
    for (const part of ['Stocktakeofborrowedparts', 'XuhuiJieyu(SH001)', 'CA-3535cartridge65', 'SE-01密封圈68']) expect(english).toContain(part);
    expect(english).not.toContain('阀芯');
    expect(await clerk.get(`/stocktakes/${newId()}/print`)).toMatchObject({ status: 404 });
  });

  it('H-2: opening is a job of the service, for one dealer or for all; what it would refuse is refused at once', async () => {
    const clerk = await gateway.person('service_clerk');
    expect(await clerk.post('/stocktakes', { dealerId, cutOffOn: '2026-03-31' })).toMatchObject({ status: 202, body: { id: jobId, service: 'parts' } });
    expect(begun.map(({ kind, options }) => [kind, JSON.parse(options)])).toEqual([['open-stocktakes', { dealerId, cutOffOn: '2026-03-31', returnUntil: '' }]]);
    expect(started).toEqual([jobId]);
    expect(await clerk.post('/stocktakes', { cutOffOn: '2026-03-31', returnUntil: '2026-05-15' })).toMatchObject({ status: 202 });
    expect(await clerk.post('/stocktakes', { dealerId: newId(), cutOffOn: '2026-03-31' })).toMatchObject({ status: 404 });
    refused = 'STOCKTAKE_OPEN';
    expect(await clerk.post('/stocktakes', { dealerId, cutOffOn: '2026-03-31' })).toMatchObject({ status: 409, body: { reason: 'STOCKTAKE_OPEN' } });
    expect(begun).toHaveLength(2);
    expect(await clerk.post('/stocktakes', { dealerId, cutOffOn: '2026-02-30' })).toMatchObject({ status: 400, body: { errors: [{ field: 'cutOffOn' }] } });
  });

  it('H-7: the supervisor confirms by a job, at the version that was seen; nobody else does', async () => {
    const supervisor = await gateway.person('service_supervisor');
    expect(await supervisor.post(`/stocktakes/${id}/confirm`, { version: 3 })).toMatchObject({ status: 202, body: { id: jobId, service: 'parts' } });
    expect(begun.map(({ kind, options }) => [kind, JSON.parse(options)])).toEqual([['confirm-stocktake', { stocktakeId: id, version: 3, paymentMethod: '', invoiceWish: '' }]]);
    refused = 'OBJECTION_WINDOW_RUNS';
    expect(await supervisor.post(`/stocktakes/${id}/confirm`, { version: 3 })).toMatchObject({ body: { reason: 'OBJECTION_WINDOW_RUNS' } });
    expect(await (await gateway.person('service_clerk')).post(`/stocktakes/${id}/confirm`, { version: 3 })).toMatchObject({ status: 403 });
    expect(begun).toHaveLength(1);
  });
});
