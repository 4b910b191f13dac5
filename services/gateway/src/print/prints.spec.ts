import {
  AgreementService, CallService, CallTimelineService, CertificateService, ContactService, CustomerReceiptService, CustomerService, DealerService, DutyService, InstallationService, PartsTimelineService, ProductModelService, ProductUnitService, TechnicianService,
  type RevealCustomerRequest,
} from '@aftercare/contracts';
import { newId } from '@aftercare/domain';
import { JsonText, notFound } from '@aftercare/messaging';
import { fake } from '@aftercare/testing';
import { Gateway, type Answer } from '../spec/gateway-harness.js';
import { pdfText } from '../spec/pdf-text.js';

const SECRET = { name: '龚䶮㛃𬀩', phone: '13812341234', address: '中山西路1000号' };
const mergedId = newId();
const [plainId, cancelledId, dealerId, customerId, emptyId, openId, acceptedId, reportId] = [newId(), newId(), newId(), newId(), newId(), newId(), newId(), newId()];
const LONG_NAME = `有${'限'.repeat(80)} ${'x'.repeat(120)}公司`;

let gateway: Gateway;
let timeline = 0;
let hasCalls = false;
const reveals: RevealCustomerRequest[] = [];
const rows = (items: object[]): JsonText => new JsonText(JSON.stringify({ items, nextCursor: '' }));

interface Told { id: string; kind: string; at: string }

/** A page of a time line as a service answers it: what comes after the cursor, newest first. */
function timelinePage(known: readonly Told[], page: { limit: number; cursor: string } | undefined): JsonText {
  const after = page?.cursor ? (JSON.parse(Buffer.from(page.cursor, 'base64url').toString()) as string[])[1] : '9';
  const rest = known.filter(({ at }) => at < after);
  const items = rest.slice(0, Math.min(page?.limit ?? 50, 100));
  return new JsonText(JSON.stringify({ items, nextCursor: items.length < rest.length ? 'more' : '' }));
}

const callId = newId();
const told = (kind: string, minute: number, more: object = {}): Told => ({ id: newId(), kind, at: `2026-05-02T01:${String(minute).padStart(2, '0')}:00.000Z`, ...more });
const ofCalls = [
  told('call_cancelled', 9, { number: 'RC-2026-000008' }), told('repair_confirmed', 7, { number: 'RC-2026-000007' }), told('repaired', 6, { number: 'RC-2026-000007', quantity: 3, amount: '85.00' }),
  told('fee_agreed', 3, { number: 'RC-2026-000007', amount: '85.50' }), told('called', 2, { number: 'RC-2026-000007' }),
];
const ofParts = [
  told('part_charged', 5, { number: 'CS-2026-000004', partNumber: 'P-0200', partName: '阀芯', quantity: 1 }),
  told('part_issued', 4, { number: 'SO-2026-000003', partNumber: 'P-0100', partName: '密封圈', quantity: 2 }),
];
const ofReceipts = [told('receipt_given', 8, { number: 'RE-2026-000009', amount: '117.00' })];

const fakes = [
  fake(DealerService, {
    getDealerStanding: async ({ id }) => ({ id, code: 'SH001', name: '上海徐汇洁宇卫浴', nameEn: 'Xuhui Jieyu', status: 'active' }),
    getDealer: async ({ id }, ctx) => {
      if (id !== dealerId) throw notFound('dealer');
      const taxIdentity = ctx.role === 'dealer_technician' ? undefined : { title: '洁宇卫浴', taxNumber: '91310104MA1FR00000' };
      return { id, code: 'SH001', name: LONG_NAME, parentId: newId(), nameEn: 'Jieyu Ltd.', status: 'active', createdAt: '2025-03-01T02:00:00.000Z', address: { regionCode: '310104', detail: '中山西路1号' }, territoryRegionCodes: ['310000', '330100'], taxIdentity };
    },
  }),
  fake(ContactService, { listContacts: async () => rows([{ name: '周会计', position: '会计', purpose: 'finance', phone: '13900001111', mail: 'zhou@example.cn', main: false }, { name: '王经理', purpose: 'other', phone: '13900002222', main: true }]) }),
  fake(AgreementService, { listAgreements: async () => rows([{ number: 'AG-7', validFrom: '2025-03-01', validTo: '2027-02-28', state: 'approved', inForce: true }]) }),
  fake(TechnicianService, {
    listTechnicians: async () => rows([{ id: 't-1', name: '赵师傅', active: true }]),
    getTechnician: async () => ({ name: '赵师傅' }),
  }),
  fake(CertificateService, { listCertificates: async () => rows([{ technicianId: 't-1', family: 'faucet', number: 'CE-12', validUntil: '2027-11-25', valid: true }]) }),
  fake(CustomerService, {
    getCustomer: async ({ id }) => {
      const merged = id === mergedId ? customerId : undefined;
      if (merged) return { id, number: 'CU-2025-000009', name: '巩**', phones: [], addressDetail: '肇嘉浜****', regionCode: '310104', language: 'zh-CN', createdAt: '2025-01-05T02:00:00.000Z', mergedInto: merged, units: [] };
      if (id !== customerId && id !== emptyId) throw notFound('customer');
      const units = id === emptyId ? [] : [{ unitId: 'u', serial: 'FA-100-0001', modelCode: 'FA-100', purchaseDate: '2026-01-05', stage: 'in_warranty' }];
      return { id, number: 'CU-2026-000001', name: '龚**', phones: ['138****1234'], addressDetail: '中山西****', regionCode: '310104', language: 'zh-CN', createdAt: '2026-01-05T02:00:00.000Z', units };
    },
    listCustomerTimeline: async ({ id, page }) => timelinePage(id === mergedId ? [] : Array.from({ length: timeline }, (_, at) => (
      { id: newId(), kind: 'changed', at: new Date(Date.parse('2026-05-01T01:00:00Z') - at * 1000).toISOString(), serial: `ROW-${at + 1}.`, fields: ['phones'] })), page),
    revealCustomer: async (request) => {
      reveals.push(request);
      return { id: request.id, name: SECRET.name, phones: [SECRET.phone], addressDetail: SECRET.address };
    },
  }),
  fake(CallService, { listCalls: async ({ customerId: of }) => rows(of === customerId && hasCalls ? [{ number: 'RC-2026-000007', openedAt: '2026-05-02T01:02:00.000Z', unitSerial: 'FA-100-0001', symptoms: '滴水', state: 'filed' }] : []) }),
  fake(CallTimelineService, {
    listCallTimeline: async ({ page }) => new JsonText(JSON.stringify({ ...JSON.parse(timelinePage(hasCalls ? ofCalls : [], page).text), callIds: hasCalls ? [callId] : [] })),
  }),
  fake(PartsTimelineService, { listPartsTimeline: async ({ callIds, page }) => (callIds.join() === callId ? timelinePage(ofParts, page) : rows([])) }),
  fake(CustomerReceiptService, { listReceiptTimeline: async ({ callIds, page }) => (callIds.join() === callId ? timelinePage(ofReceipts, page) : rows([])) }),
  fake(InstallationService, {
    getInstallation: async ({ id }) => {
      if (id === cancelledId) return { id, number: 'IN-2026-000046', customerId, state: 'cancelled' };
      if (![openId, acceptedId, plainId].includes(id)) throw notFound('installation');
      const accepted = id !== openId;
      return {
        id, number: 'IN-2026-000045', customerId, serial: 'FA-100-0001', state: accepted ? 'accepted' : 'scheduled', customerInstructed: accepted,
        appointmentFrom: '2026-01-10T01:00:00.000Z', appointmentTo: '2026-01-10T03:00:00.000Z', completedAt: accepted ? '2026-01-10T02:30:00.000Z' : '', completedOn: accepted ? '2026-01-10' : '',
        customerName: accepted ? '龚**' : SECRET.name, customerPhone: accepted ? '138****1234' : SECRET.phone, customerAddress: accepted ? '中山西****' : SECRET.address,
        checklist: accepted ? [{ code: 'no_leak', passed: true, note: '试压 0.6 MPa' }, { code: 'spout', passed: true }, { code: 'own_check', passed: true }] : [],
        checklistNumber: id === plainId ? '' : 'faucet-3',
        points: id === plainId ? [] : [
          { code: 'spout', name: '出水口对中', nameEn: 'Spout centred', required: true }, { code: 'no_leak', name: '接口不渗水', nameEn: 'Joints dry', required: true },
          { code: 'cover', name: '装饰盖已装', nameEn: 'Cover fitted', required: false },
        ],
      };
    },
  }),
  fake(DutyService, {
    getMonthlyReport: async ({ id }) => {
      if (id !== reportId && id !== emptyId) throw notFound('monthly report');
      const report = { id, dealerCode: 'SH001', dealerName: '上海徐汇洁宇卫浴', month: '2026-03', dueOn: '2026-04-03' };
      if (id === emptyId) return { ...report, kind: 'repair', state: 'submitted', nil: true, late: true, number: 'MR-2026-000007', submittedAt: '2026-04-03T16:00:00.000Z' };
      return {
        ...report, kind: 'installation', state: 'open', counted: 1, leftOut: 1, outcomes: [{ outcome: 'accepted', lines: 1 }],
        amendments: [{ number: 'MA-2026-000001', amendedAt: '2026-05-02T01:00:00.000Z', takenIn: 1, leftOut: 0, reason: '补报' }],
      };
    },
    listMonthlyReportLines: async ({ id }) => rows(id === emptyId ? [] : [
      { itemNumber: 'IN-2026-000045', itemOn: '2026-03-10', modelCode: 'FA-100', serial: 'FA-100-0001', outcome: 'accepted', standing: 'counted', faultCodes: [], pieces: 0 },
      { itemNumber: 'IN-2026-000046', itemOn: '2026-03-11', modelCode: 'FA-100', serial: 'FA-100-0002', outcome: 'failed', standing: 'left_out', leftOutReason: '重复登记', faultCodes: [], pieces: 0 },
    ]),
  }),
  fake(ProductModelService, { getProductModel: async () => ({ code: 'FA-100', name: '单孔面盆龙头', nameEn: 'Basin faucet', family: 'faucet' }) }),
  fake(ProductUnitService, {
    getUnit: async ({ id }) => {
      if (id === emptyId) throw notFound('product unit');
      return { id, serial: `ID-${id.slice(-4)}`, modelId: 'm', modelCode: 'FA-100', purchaseDate: '2026-01-05', warrantyUntil: '2031-01-05', stage: 'in_warranty' };
    },
    listUnits: async ({ q, serialFrom, serialTo, page }) => {
      const from = Number(page?.cursor || 0);
      const count = q === 'MANY' ? 1_000 : q === 'NONE' ? 0 : 30;
      const items = Array.from({ length: Math.min(100, count - from) }, (_, at) => ({ serial: `${serialFrom || q}-${serialTo}${from + at + 1}`, modelCode: 'TO-200' }));
      return new JsonText(JSON.stringify({ items, nextCursor: from + items.length < count ? String(from + items.length) : '' }));
    },
  }),
];

beforeAll(async () => (gateway = await Gateway.start(fakes)), 60_000);
afterAll(() => gateway.stop());
beforeEach(() => {
  timeline = 3;
  hasCalls = false;
  reveals.length = 0;
});

/** The text of a paper without spaces, since a form sets them as it likes. */
async function textOf(answer: Answer): Promise<{ text: string; pages: string[] }> {
  expect({ status: answer.status, type: answer.headers['content-type'], body: answer.body }).toEqual({ status: 200, type: 'application/pdf', body: {} });
  const pages = (await pdfText(answer.bytes)).map((page) => page.replace(/\s+/g, ''));
  return { text: pages.join('\n'), pages };
}

describe('the customer file', () => {
  it('X-1: is a form with title, number, who printed it and the page, in the reader’s language or the one asked for', async () => {
    const clerk = await gateway.person('service_clerk');
    const chinese = await clerk.get(`/customers/${customerId}/print`);
    expect(chinese.headers).toMatchObject({ 'content-disposition': `attachment; filename*=UTF-8''${encodeURIComponent('用户档案-CU-2026-000001.pdf')}`, 'cache-control': 'no-store' });
    const { text } = await textOf(chinese);
    for (const part of ['用户档案', '编号CU-2026-000001', '保修期内', '资料变更', '第1页共1页', '打印Personservice_clerk', '审核人（签字）']) expect(text).toContain(part);
    const english = await textOf(await clerk.get(`/customers/${customerId}/print?lang=en`, { 'accept-language': 'zh-CN' }));
    for (const part of ['Customerfile', 'inwarranty', 'datachanged', 'Page1of1', 'Checkedby(signature)']) expect(english.text).toContain(part);
    expect(english.text).not.toContain('用户档案');
    expect((await textOf(await clerk.get(`/customers/${customerId}/print`, { 'accept-language': 'en' }))).text).toContain('Customerfile');
  });

  it('X-1, C-6: tells the one time line of all that happened: file and units, calls and records, parts issued and charged', async () => {
    hasCalls = true;
    const clerk = await gateway.person('service_clerk');
    const { text } = await textOf(await clerk.get(`/customers/${customerId}/print`));
    for (const part of ['RC-2026-000008', '叫修取消', '用户确认维修', 'RC-2026-000007用件数385.00元', '维修报价已同意', '85.50元', 'CS-2026-000004P-0200阀芯1件', 'SO-2026-000003P-0100密封圈2件', '开具收据', 'RE-2026-000009', '117.00元', 'ROW-3.电话']) expect(text).toContain(part);
    expect(text.indexOf('叫修取消')).toBeLessThan(text.indexOf('SO-2026-000003'));
    const english = (await textOf(await clerk.get(`/customers/${customerId}/print?lang=en`))).text;
    for (const part of ['partissued', '2×P-0100', 'CNY85.50', 'repairconfirmed']) expect(english).toContain(part);
    for (const { kind } of [...ofCalls, ...ofParts, ...ofReceipts]) expect(english).not.toContain(kind === 'called' || kind === 'repaired' ? '\u0000' : kind);
  });

  it('C-5: is printed masked, and plain only with a reason, which is logged as a reveal', async () => {
    const manager = await gateway.person('dealer_manager', { dealerId });
    const masked = await textOf(await manager.get(`/customers/${customerId}/print`));
    expect(masked.text).toContain('138****1234');
    for (const secret of Object.values(SECRET)) expect(masked.text).not.toContain(secret);
    expect(reveals).toEqual([]);
    const plain = await textOf(await manager.post(`/customers/${customerId}/print`, { reason: '上门核对' }));
    for (const secret of Object.values(SECRET)) expect(plain.text).toContain(secret);
    expect(plain.text).toContain('本件含个人信息');
    expect(reveals).toMatchObject([{ id: customerId, reason: 'print: 上门核对' }]);
    expect(await manager.post(`/customers/${customerId}/print`, {})).toMatchObject({ status: 400, body: { reason: 'INVALID_FIELD' } });
  });

  it('C-5: a foreign customer and a missing one are the same 404, and nothing is revealed', async () => {
    const manager = await gateway.person('dealer_manager', { dealerId });
    for (const answer of [await manager.get(`/customers/${newId()}/print`), await manager.post(`/customers/${newId()}/print`, { reason: 'x' })]) {
      expect(answer).toMatchObject({ status: 404, body: { reason: 'NOT_FOUND' } });
    }
    expect(reveals).toEqual([]);
  });

  it('X-1, C-1, C-6: a merged file says into which it went, keeps its own name and address and shows units, calls and time line of the surviving one', async () => {
    hasCalls = true;
    const clerk = await gateway.person('service_clerk');
    const { text } = await textOf(await clerk.get(`/customers/${mergedId}/print`));
    for (const part of ['编号CU-2025-000009', '巩**', '肇嘉浜****', '已并入档案CU-2026-000001', '以下产品、叫修记录和履历为该档案的内容', 'FA-100-0001', 'RC-2026-000007', '滴水', 'ROW-1.', '开具收据']) expect(text).toContain(part);
    for (const other of ['龚**', '138****1234', '中山西']) expect(text).not.toContain(other);
    const english = await textOf(await clerk.get(`/customers/${mergedId}/print?lang=en`));
    for (const part of ['MergedintofileCU-2026-000001', 'whoseproducts,repaircallsandtimelinefollow']) expect(english.text).toContain(part);
    const survivor = await textOf(await clerk.get(`/customers/${customerId}/print`));
    for (const part of ['已并入', '本档案']) expect(survivor.text).not.toContain(part);
  });

  it('X-1: an empty file says so in each part', async () => {
    timeline = 0;
    const { text } = await textOf(await (await gateway.person('service_clerk')).get(`/customers/${emptyId}/print`));
    expect(text.match(/无/g)?.length).toBeGreaterThanOrEqual(3);
  });

  it('X-1: 500 entries go over pages that repeat the headings', async () => {
    timeline = 500;
    const clerk = await gateway.person('service_clerk');
    const { text, pages } = await textOf(await clerk.get(`/customers/${customerId}/print`));
    expect(pages.length).toBeGreaterThan(10);
    for (const page of pages.slice(1, -1)) expect(page).toContain('履历记录时间事项');
    expect(pages[1]).toContain(`第2页共${pages.length}页`);
    for (const row of [1, 250, 500]) expect(text).toContain(`ROW-${row}.`);
    expect(text).not.toContain('只列最近');
  }, 60_000);
});

describe('the installation certificate', () => {
  it('X-1, C-4: tells customer, product, work, checks and outcome, in both languages', async () => {
    const clerk = await gateway.person('service_clerk');
    const { text, pages } = await textOf(await clerk.get(`/installations/${acceptedId}/certificate`));
    expect(pages.length).toBe(1);
    for (const part of ['安装调试验收单', 'IN-2026-000045', '单孔面盆龙头', '2031-01-05', '赵师傅', '上海徐汇洁宇卫浴(SH001)', '检查项目(faucet-3)', '1出水口对中合格', '2接口不渗水合格试压0.6MPa', '3装饰盖已装未检查', '4own_check合格', '■验收合格□未通过', '用户（签字）']) expect(text).toContain(part);
    const english = await textOf(await clerk.get(`/installations/${acceptedId}/certificate?lang=en`));
    for (const part of ['Installationcertificate', 'Basinfaucet', 'Checklist(faucet-3)', 'Spoutcentredpassed', 'Coverfittednotchecked', '■accepted□notaccepted', 'Customer(signature)']) expect(english.text).toContain(part);
  });

  it('C-4: of one whose checklist is not known, the answers are told by their codes', async () => {
    const { text } = await textOf(await (await gateway.person('service_clerk')).get(`/installations/${plainId}/certificate`));
    for (const part of ['1无渗漏合格', '2spout合格', '3own_check合格']) expect(text).toContain(part);
  });

  it('C-4: before the appointment it is a form to fill in, on one page, with the points of the checklist in force', async () => {
    const clerk = await gateway.person('service_clerk');
    const { text, pages } = await textOf(await clerk.get(`/installations/${openId}/certificate`));
    expect(pages.length).toBe(1);
    expect((await textOf(await clerk.get(`/installations/${openId}/certificate?lang=en`))).pages.length).toBe(1);
    expect(text).not.toContain('验收单');
    for (const part of ['安装调试单', '1出水口对中□合格□不合格', '3装饰盖已装□合格□不合格', '□验收合格□未通过']) expect(text).toContain(part);
  });

  it('C-5: is masked also where the screen shows the plain values, and plain by a logged reveal', async () => {
    const technician = await gateway.person('dealer_technician', { dealerId });
    const { text } = await textOf(await technician.get(`/installations/${openId}/certificate`));
    for (const secret of Object.values(SECRET)) expect(text).not.toContain(secret);
    const plain = await textOf(await technician.post(`/installations/${openId}/certificate`, { reason: '上门安装' }));
    for (const secret of Object.values(SECRET)) expect(plain.text).toContain(secret);
    expect(reveals).toMatchObject([{ id: customerId, reason: 'print: 上门安装' }]);
    expect(await technician.get(`/installations/${newId()}/certificate`)).toMatchObject({ status: 404 });
  });
});

describe('a cancelled installation', () => {
  it('X-1, C-4: has no certificate, and nothing is revealed for one', async () => {
    reveals.length = 0;
    const manager = await gateway.person('dealer_manager', { dealerId });
    for (const answer of [await manager.get(`/installations/${cancelledId}/certificate`), await manager.post(`/installations/${cancelledId}/certificate`, { reason: '上门' })]) {
      expect(answer).toMatchObject({ status: 409, body: { reason: 'INSTALLATION_CANCELLED' } });
    }
    expect(reveals).toEqual([]);
  });
});

describe('the dealer sheet', () => {
  it('X-1, D-1: tells basics, tax identity, agreements, technicians and their certificates; long names wrap', async () => {
    const { text, pages } = await textOf(await (await gateway.person('service_clerk')).get(`/dealers/${dealerId}/print`));
    expect(pages.length).toBe(1);
    for (const part of ['特约承销商档案表', '上级经销商上海徐汇洁宇卫浴(SH001)', LONG_NAME.replace(/\s/g, ''), '91310104MA1FR00000', 'AG-7', '周会计会计财务13900001111zhou@example.cn', '赵师傅', 'faucetCE-12有效至2027-11-25']) expect(text).toContain(part);
    const english = await textOf(await (await gateway.person('service_clerk')).get(`/dealers/${dealerId}/print?lang=en`));
    for (const part of ['XuhuiJieyu(SH001)', LONG_NAME.replace(/\s/g, ''), 'JieyuLtd.']) expect(english.text).toContain(part);
  });

  it('D-1: shows a technician neither tax identity nor agreements, and nobody a dealer that is not his', async () => {
    const technician = await gateway.person('dealer_technician', { dealerId });
    const { text } = await textOf(await technician.get(`/dealers/${dealerId}/print`));
    expect(text).not.toMatch(/91310104MA1FR00000|AG-7|开票资料|协议/);
    expect(await technician.get(`/dealers/${newId()}/print`)).toMatchObject({ status: 404, body: { reason: 'NOT_FOUND' } });
  });
});

describe('regions on papers', () => {
  it('X-1, D-1: are named, not coded, in the language of the paper', async () => {
    const clerk = await gateway.person('service_clerk');
    for (const path of [`/customers/${customerId}/print`, `/installations/${acceptedId}/certificate`, `/dealers/${dealerId}/print`]) {
      const { text } = await textOf(await clerk.get(path));
      expect(text).toContain('省市区上海市徐汇区');
      expect(text).not.toMatch(/310104(?!MA)/);
      expect((await textOf(await clerk.get(`${path}?lang=en`))).text).toContain('RegionXuhuiDistrict,Shanghai');
    }
    expect((await textOf(await clerk.get(`/dealers/${dealerId}/print`))).text).toContain('授权区域上海市；浙江省杭州市');
  });
});

describe('copies', () => {
  it('X-1: a form that several parties keep is printed for each of them, with the name of its copy and pages of its own', async () => {
    const clerk = await gateway.person('service_clerk');
    const { pages } = await textOf(await clerk.get(`/installations/${acceptedId}/certificate?copies=3`));
    expect(pages.map((page) => /第.联(客户联|经销商联|厂家联)/.exec(page)?.[0])).toEqual(['第1联客户联', '第2联经销商联', '第3联厂家联']);
    for (const page of pages) for (const part of ['安装调试验收单', 'IN-2026-000045', '用户（签字）', '第1页共1页']) expect(page).toContain(part);
    const english = await textOf(await clerk.get(`/dealers/${dealerId}/print?copies=2&lang=en`));
    expect(english.pages.map((page) => /Copy\d:[a-z]+/.exec(page)?.[0])).toEqual(['Copy1:record', 'Copy2:dealer']);
    const report = await textOf(await clerk.get(`/monthly-reports/${reportId}/print?copies=3`));
    for (const part of ['第1联存根联', '第2联厂家联', '第3联财务联']) expect(report.text).toContain(part);
  });

  it('X-1: one copy has no name, more than three are refused, and a file that stays in one hand has none', async () => {
    const clerk = await gateway.person('service_clerk');
    expect((await textOf(await clerk.get(`/installations/${acceptedId}/certificate?copies=1`))).text).not.toContain('联客户联');
    for (const copies of ['0', '4', 'x']) expect(await clerk.get(`/dealers/${dealerId}/print?copies=${copies}`)).toMatchObject({ status: 400, body: { errors: [{ field: 'copies' }] } });
    expect(await clerk.get(`/customers/${customerId}/print?copies=2`)).toMatchObject({ status: 400, body: { errors: [{ field: 'copies' }] } });
  });
});

describe('unit labels', () => {
  it('X-1: each unit has a label with serial and model; the sheet is begun where asked', async () => {
    const keeper = await gateway.person('warehouse_keeper');
    const { pages, text } = await textOf(await keeper.get('/product-units/labels?q=SN'));
    expect(pages.length).toBe(2);
    expect(text.match(/TO-200/g)?.length).toBe(30);
    expect((await textOf(await keeper.get('/product-units/labels?q=SN&sheet=65&lang=en'))).text).toContain('Scanforservice');
    expect((await textOf(await keeper.get('/product-units/labels?q=SN&sheet=65&start=60'))).pages.length).toBe(1 + 1);
  });

  it('X-1: by ids, by a range of serials; a unit that the caller may not read is not found', async () => {
    const manager = await gateway.person('dealer_manager', { dealerId });
    const ids = [newId(), newId()];
    const byIds = await textOf(await manager.get(`/product-units/labels?ids=${ids.join(',')}`));
    for (const id of ids) expect(byIds.text).toContain(`ID-${id.slice(-4)}`);
    expect((await textOf(await manager.get('/product-units/labels?serialFrom=A1&serialTo=A9'))).text).toContain('A1-A91');
    expect(await manager.get(`/product-units/labels?ids=${emptyId}`)).toMatchObject({ status: 404, body: { reason: 'NOT_FOUND' } });
  });

  it('X-1: nothing, too many, or a position beyond the sheet is refused with the way out', async () => {
    const clerk = await gateway.person('service_clerk');
    expect(await clerk.get('/product-units/labels?q=NONE')).toMatchObject({ status: 404, body: { reason: 'LABELS_NONE' } });
    expect(await clerk.get('/product-units/labels?q=MANY')).toMatchObject({ status: 400, body: { reason: 'LABELS_TOO_MANY', details: { max: 325 } } });
    expect(await clerk.get('/product-units/labels?q=SN&sheet=24&start=25')).toMatchObject({ status: 400, body: { reason: 'LABEL_START_INVALID' } });
    expect(await clerk.get('/product-units/labels?sheet=12&ids=x&start=0')).toMatchObject({ status: 400, body: { errors: [{ field: 'ids' }, { field: 'start' }, { field: 'sheet' }] } });
  });
});

describe('the monthly report', () => {
  it('X-1, D-7: is a form with its month, what counts and what does not, and its amendments, in both languages', async () => {
    const manager = await gateway.person('dealer_manager', { dealerId });
    const { text } = await textOf(await manager.get(`/monthly-reports/${reportId}/print`));
    for (const part of ['上海徐汇洁宇卫浴(SH001)', '安装统计月报', '2026-03', '2026-04-03', '未提交', 'IN-2026-000045', '未计入', 'FA-100-0002', '重复登记', 'MA-2026-000001', '经销商（盖章）']) expect(text).toContain(part);
    const english = await textOf(await manager.get(`/monthly-reports/${reportId}/print?lang=en`));
    for (const part of ['Monthlyinstallationreport', 'Notcounted', 'leftout', 'Amendments', 'XuhuiJieyu(SH001)']) expect(english.text).toContain(part);
  });

  it('D-7: a nil report says so, and that it was late', async () => {
    const clerk = await gateway.person('service_clerk');
    const { text } = await textOf(await clerk.get(`/monthly-reports/${emptyId}/print`));
    for (const part of ['维修汇总月报', 'MR-2026-000007', '零报告', '逾期', '2026年4月4日00:00']) expect(text).toContain(part);
  });

  it('a foreign or missing report is not found', async () => {
    const manager = await gateway.person('dealer_manager', { dealerId });
    expect((await manager.get(`/monthly-reports/${newId()}/print`)).status).toBe(404);
  });
});
