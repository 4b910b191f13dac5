import {
  CallService, DealerService, DutyService, InstallationService, PartService, ProductModelService, ProductUnitService, QualityReportService, TechnicianService, type RevealCallRequest,
} from '@aftercare/contracts';
import { newId } from '@aftercare/domain';
import { JsonText, notFound } from '@aftercare/messaging';
import { fake } from '@aftercare/testing';
import sharp from 'sharp';
import { Gateway, type Answer } from '../spec/gateway-harness.js';
import { uploadOf } from '../spec/multipart.js';
import { pdfText } from '../spec/pdf-text.js';

const SECRET = { contactName: '龚小明', contactPhone: '13812341234', addressDetail: '中山西路1000号' };
const [dealerId, openId, doneId, longId, reportId, dueId, monthId, partId, unitId, seenId] = Array.from({ length: 10 }, newId);
/** Photos of the report with them. */
const photos: { id: string; sha256: string }[] = [];
/** Longer than a page of either paper, with a beginning and an end that can be found. */
const long = (name: string): string => `${name}始${'渗漏不停。'.repeat(380)}${name}终`;

const fault = { faultCode: 'F-01', faultDescription: '龙头滴水', causeCode: 'C-01', cause: '阀芯磨损', actionCode: 'A-01', action: '更换阀芯' };
const record = {
  faults: [fault], partsUsed: [{ partId, quantity: 2, source: 'holdings', oldPartKept: true, oldPartSerial: 'OLD-7' }, { partId: newId(), quantity: 1, source: 'own' }],
  labourFee: '80.00', travelFee: '20.50', resolved: true, firstVisit: true, toldCustomer: '每年检查一次', recordedAt: '2026-03-02T02:00:00.000Z', stage: 'out_of_warranty',
};
const longRecord = { ...record, toldCustomer: long('告'), faults: [{ ...fault, faultDescription: long('障'), cause: long('因'), action: long('措') }] };

let gateway: Gateway;
const reveals: RevealCallRequest[] = [];
const rows = (items: object[]): JsonText => new JsonText(JSON.stringify({ items, nextCursor: '' }));

const fakes = [
  fake(CallService, {
    getCall: async ({ id }) => {
      const base = {
        id, number: 'RC-2026-000045', dealerId, unitId, unitSerial: 'FA-100-0001', channel: 'qr', regionCode: '310104', technicianUserId: newId(), symptoms: '一直滴水',
        openedAt: '2026-03-01T01:00:00.000Z', receivedAt: '2026-03-01T02:00:00.000Z', appointmentFrom: '2026-03-02T01:00:00.000Z', appointmentTo: '2026-03-02T03:00:00.000Z', ...SECRET,
      };
      const quotes = [{ state: 'accepted', total: '100.50', answeredAt: '2026-03-02T01:10:00.000Z' }];
      if (id === openId) return { ...base, state: 'assigned', quotes };
      const clocks = [{ startedAt: base.receivedAt, dueAt: '2026-03-02T02:00:00.000Z', stoppedAt: '2026-03-02T02:30:00.000Z', breachedAt: '2026-03-02T02:00:00.000Z' }];
      const done = { ...base, state: 'filed', clocks, quotes, confirmationMethod: 'signature', confirmedAt: '2026-03-02T03:00:00.000Z' };
      if (id === doneId) return { ...done, agreedTotal: '100.50', records: [record] };
      if (id === longId) return { ...done, agreedTotal: '217.04', confirmationMethod: 'code', symptoms: long('述'), records: [{ ...record, resolved: false }, longRecord] };
      throw notFound('repair call');
    },
    revealCall: async (request) => {
      reveals.push(request);
      return { id: request.id, ...SECRET };
    },
  }),
  fake(QualityReportService, {
    getQualityReport: async ({ id }) => {
      if (![reportId, dueId, seenId].includes(id)) throw notFound('quality report');
      const report = { id, number: 'QR-2026-000007', dealerId, originId: doneId, unitId, serial: 'FA-100-0001', createdAt: '2026-03-01T01:00:00.000Z', dueAt: '2026-03-02T01:00:00.000Z' };
      if (id === seenId) return { ...report, originKind: 'repair-call', state: 'submitted', basis: 'unboxing_stage', description: '裂纹', cause: '运输', action: '更换', visibleDamage: true, photos };
      if (id === dueId) return { ...report, originKind: 'installation', state: 'due', basis: 'failed_installation', overdue: true };
      return {
        ...report, originKind: 'repair-call', state: 'closed', basis: 'design_defect', designDefect: true, markReason: '阀体薄弱', submittedAt: '2026-03-01T05:00:00.000Z',
        description: long('描'), cause: '壁厚不足', action: '加厚', affectedSerials: ['FA-100-0002'], lot: 'L-7', visibleDamage: true, photos: [{ id: newId() }],
        answer: long('答'), actionLots: ['L-7', 'L-8'], warnsOthers: true, warning: '请检查 L-7', answeredAt: '2026-03-05T01:00:00.000Z', closedAt: '2026-03-09T01:00:00.000Z', closingNote: '已改模具',
      };
    },
  }),
  fake(DutyService, {
    getMonthlyReport: async ({ id }) => {
      if (id !== monthId) throw notFound('monthly report');
      return { id, kind: 'repair', dealerCode: 'SH001', dealerName: '上海徐汇洁宇卫浴', month: '2026-03', dueOn: '2026-04-03', state: 'submitted', number: 'MR-2026-000007', counted: 3, outcomes: [{ outcome: 'filed', lines: 3 }] };
    },
    listMonthlyReportLines: async () => rows([
      { itemNumber: 'RC-2026-000045', itemOn: '2026-03-02', serial: 'FA-100-0001', outcome: 'filed', standing: 'counted', faultCodes: ['F-01', 'F-02', 'F-01'], pieces: 3 },
      { itemNumber: 'RC-2026-000046', itemOn: '2026-03-03', serial: 'FA-100-0002', outcome: 'filed', standing: 'counted', faultCodes: ['F-01'], pieces: 1 },
      { itemNumber: '', itemOn: '2026-03-04', serial: '', outcome: 'reported', standing: 'counted', faultCodes: [], note: '更换密封圈', pieces: 0 },
    ]),
  }),
  fake(DealerService, { getDealerStanding: async ({ id }) => ({ id, code: 'SH001', name: '上海徐汇洁宇卫浴', nameEn: 'Xuhui Jieyu', status: 'active' }) }),
  fake(TechnicianService, { getTechnician: async () => ({ name: '赵师傅' }) }),
  fake(PartService, {
    getPart: async ({ id }) => {
      if (id !== partId) throw notFound('part');
      return { id, number: 'CA-35', name: '35 阀芯', nameEn: 'Cartridge 35' };
    },
  }),
  fake(InstallationService, { getInstallation: async ({ id }) => ({ id, number: 'IN-2026-000045' }) }),
  fake(ProductUnitService, { getUnit: async ({ id }) => ({ id, serial: 'FA-100-0001', modelId: 'm', modelCode: 'FA-100', manufacturedOn: '2023-05-01', purchaseDate: '2023-08-05', warrantyUntil: '2025-08-05', stage: 'out_of_warranty' }) }),
  fake(ProductModelService, { getProductModel: async () => ({ code: 'FA-100', name: '单孔面盆龙头', nameEn: 'Basin faucet', family: 'faucet' }) }),
];

beforeAll(async () => (gateway = await Gateway.start(fakes)), 60_000);
afterAll(() => gateway.stop());
beforeEach(() => (reveals.length = 0));

/** The text of a paper without spaces. */
async function textOf(answer: Answer): Promise<{ text: string; pages: string[] }> {
  expect({ status: answer.status, type: answer.headers['content-type'], body: answer.body }).toEqual({ status: 200, type: 'application/pdf', body: {} });
  const pages = (await pdfText(answer.bytes)).map((page) => page.replace(/\s+/g, ''));
  return { text: pages.join('\n'), pages };
}

/** Width and height of the first page in millimetres. */
function sizeOf({ bytes }: Answer): number[] {
  const [, width, height] = /\/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]/.exec(bytes.toString('latin1')) ?? [];
  return [width, height].map((points) => Math.round((Number(points) * 25.4) / 72));
}

describe('the repair record', () => {
  it('X-1, R-5, R-6: is the form 维修记录 with faults, causes, work, parts, fees and the confirmation, in both languages', async () => {
    const clerk = await gateway.person('service_clerk');
    const chinese = await clerk.get(`/repair-calls/${doneId}/print`);
    expect(sizeOf(chinese)).toEqual([210, 297]);
    const { text } = await textOf(chinese);
    const parts = [
      '维修记录', '编号RC-2026-000045', 'FA-100单孔面盆龙头', '保修期外', '扫码', '超时时间2026年3月2日10:00', '保修截止2025-08-05', '一直滴水', 'F-01龙头滴水', 'C-01阀芯磨损', 'A-01更换阀芯', 'CA-3535阀芯2用户借料已留存OLD-7', '不详1经销商自备未留存',
      '人工费80.00', '费用合计100.50', '约定费用100.50', '签字确认', '每年检查一次', '赵师傅', '上海徐汇洁宇卫浴(SH001)', '用户（签字）', '第1页共1页',
    ];
    for (const part of parts) expect(text).toContain(part);
    const english = await textOf(await clerk.get(`/repair-calls/${doneId}/print?lang=en`));
    for (const part of ['Repairrecord', 'Faultsandworkdone', 'Cartridge35', 'Onthefirstvisityes', 'Customer(signature)', 'outofwarranty', 'XuhuiJieyu(SH001)']) expect(english.text).toContain(part);
  });

  it('X-1: is printed on the continuous paper 241 × 140 mm as well, in copies; another paper is refused', async () => {
    const manager = await gateway.person('dealer_manager', { dealerId });
    const slip = await manager.get(`/repair-calls/${doneId}/print?paper=241x140&copies=3`);
    expect(sizeOf(slip)).toEqual([241, 140]);
    const { pages, text } = await textOf(slip);
    expect(pages).toHaveLength(3 * 2);
    for (const part of ['第1联客户联', '第2联经销商联', '第3联厂家联', 'RC-2026-000045', '用户（签字）']) expect(text).toContain(part);
    expect(await manager.get(`/repair-calls/${doneId}/print?paper=letter`)).toMatchObject({ status: 400, body: { errors: [{ field: 'paper' }] } });
  });

  it.each(['a4', '241x140'])('X-1: on %s long texts go on on further pages, nothing is cut off, and each page has number and page of pages', async (paper) => {
    const clerk = await gateway.person('service_clerk');
    const { pages, text } = await textOf(await clerk.get(`/repair-calls/${longId}/print?paper=${paper}`));
    for (const name of ['述', '障', '因', '措', '告']) for (const edge of ['始', '终']) expect(text).toContain(name + edge);
    expect(text.match(/渗/g)).toHaveLength(5 * 380);
    expect(pages.length).toBeGreaterThan(3);
    pages.forEach((page, at) => {
      expect(page).toContain('RC-2026-000045');
      expect(page).toContain(`第${at + 1}页共${pages.length}页`);
    });
    for (const part of ['第1次', '第2次', '确认方式链接确认']) expect(text).toContain(part);
    if (paper !== 'a4') return;
    const english = await textOf(await clerk.get(`/repair-calls/${longId}/print?lang=en`));
    expect(english.text).toContain('one-timelink');
  });

  it('R-9: what was agreed is told for all records that stand on it, each repair of the call by its own quote', async () => {
    const { text } = await textOf(await (await gateway.person('service_clerk')).get(`/repair-calls/${longId}/print`));
    expect(text).toContain('约定费用217.04');
  });

  it('R-5, R-9: before the first record it is a form to be filled in on the spot, with what was agreed for the work', async () => {
    const technician = await gateway.person('dealer_technician', { dealerId });
    const { text } = await textOf(await technician.get(`/repair-calls/${openId}/print?paper=241x140`));
    for (const part of ['已派工', '一直滴水', '故障现象', '所用配件', '□是', '尚未确认', '约定费用100.50']) expect(text).toContain(part);
  });

  it('C-5: is printed masked, and plain only with a reason, which is logged as a reveal; a foreign call is not found', async () => {
    const technician = await gateway.person('dealer_technician', { dealerId });
    const masked = await textOf(await technician.get(`/repair-calls/${openId}/print`));
    expect(masked.text).toContain('138****1234');
    for (const secret of Object.values(SECRET)) expect(masked.text).not.toContain(secret);
    expect(reveals).toEqual([]);
    const plain = await textOf(await technician.post(`/repair-calls/${openId}/print`, { reason: '上门' }));
    for (const secret of Object.values(SECRET)) expect(plain.text).toContain(secret);
    expect(plain.text).toContain('本件含个人信息');
    expect(reveals).toEqual([expect.objectContaining({ id: openId, reason: 'print: 上门' })]);
    expect(await technician.post(`/repair-calls/${openId}/print`, {})).toMatchObject({ status: 400, body: { errors: [{ field: 'reason' }] } });
    expect(await technician.get(`/repair-calls/${newId()}/print`)).toMatchObject({ status: 404, body: { reason: 'NOT_FOUND' } });
  });
});

describe('the quality report', () => {
  it.each(['a4', '241x140'])('X-1, R-7, R-8: is the written report with the answer on %s, whole however long, in both languages', async (paper) => {
    const engineer = await gateway.person('quality_engineer');
    const { text, pages } = await textOf(await engineer.get(`/quality-reports/${reportId}/print?paper=${paper}`));
    const parts = [
      '质量问题书面报告', 'QR-2026-000007', '叫修RC-2026-000045', '设计缺陷', '阀体薄弱', '描始', '描终', '壁厚不足', '加厚', 'FA-100-0002', '答始', '答终', 'L-7', '请检查L-7', '已改模具', '质量部（签字）',
    ];
    for (const part of parts) expect(text).toContain(part);
    expect(pages.length).toBeGreaterThan(1);
    const english = await textOf(await engineer.get(`/quality-reports/${reportId}/print?lang=en&paper=${paper}`));
    for (const part of ['Qualityreport', 'Proposedremedy', 'Otherdealerswarned', 'designdefect']) expect(english.text).toContain(part);
  });

  it.each(['a4', '241x140'])('R-7: its photos are printed on %s, scaled and once for all copies, without what cameras write into them; what cannot be printed is counted', async (paper) => {
    const manager = await gateway.person('dealer_manager', { dealerId });
    const engineer = await gateway.person('quality_engineer');
    const photo = (width: number, height: number, background: string) => sharp({ create: { width, height, channels: 3, background } }).withExif({ IFD0: { Copyright: 'SECRET-CAMERA' } });
    const files = [
      uploadOf('a.jpg', await photo(2_400, 1_600, '#804020').jpeg().toBuffer()), uploadOf('b.png', await photo(300, 900, '#208040').png().toBuffer()), uploadOf('c.webp', await photo(640, 480, '#204080').webp().toBuffer()),
    ];
    photos.length = 0;
    for (const file of files) {
      const { body } = await manager.send('POST', '/attachments', file);
      photos.push({ id: body.id as string, sha256: body.sha256 as string });
    }
    photos.push({ id: newId(), sha256: '0'.repeat(64) }, { ...photos[0], sha256: photos[1].sha256 });
    const answer = await engineer.get(`/quality-reports/${seenId}/print?copies=2&paper=${paper}`);
    const { text } = await textOf(answer);
    for (const part of ['照片1', '照片2', '照片3', '另有2份附件不能印出']) expect(text).toContain(part);
    const raw = answer.bytes.toString('latin1');
    expect(raw.match(/\/Subtype \/Image/g)).toHaveLength(3);
    expect([...raw.matchAll(/\/Width (\d+)/g)].map(([, width]) => Number(width)).sort((a, b) => a - b)).toEqual([300, 640, 1_000]);
    expect(raw).not.toContain('SECRET-CAMERA');
  });

  it('R-7: twenty, as many as a report keeps, are printed, two beside each other', async () => {
    const manager = await gateway.person('dealer_manager', { dealerId });
    photos.length = 0;
    for (let at = 0; at < 20; at += 1) {
      const picture = sharp({ create: { width: 1_200, height: 900, channels: 3, background: { r: at * 12, g: 90, b: 60 } } });
      const { body } = await manager.send('POST', '/attachments', uploadOf(`${at}.jpg`, await picture.jpeg().toBuffer()));
      photos.push({ id: body.id as string, sha256: body.sha256 as string });
    }
    const answer = await manager.get(`/quality-reports/${seenId}/print`);
    const { text, pages } = await textOf(answer);
    for (let number = 1; number <= 20; number += 1) expect(text).toContain(`照片${number}`);
    expect(pages.length).toBeGreaterThan(3);
    expect(text).not.toContain('不能印出');
  }, 60_000);

  it('R-7: a due one is a form to be filled in; what is not the dealer’s is not found', async () => {
    const manager = await gateway.person('dealer_manager', { dealerId });
    const { text } = await textOf(await manager.get(`/quality-reports/${dueId}/print?copies=2`));
    for (const part of ['待提交、逾期', '安装未通过', 'IN-2026-000045', '第1联经销商联']) expect(text).toContain(part);
    expect(text).not.toContain('厂家答复');
    expect(await manager.get(`/quality-reports/${newId()}/print`)).toMatchObject({ status: 404, body: { reason: 'NOT_FOUND' } });
  });
});

describe('the monthly repair report', () => {
  it('X-1, D-7: is 维修汇总 with repairs and pieces by fault code and its lines, in both languages', async () => {
    const manager = await gateway.person('dealer_manager', { dealerId });
    const { text } = await textOf(await manager.get(`/monthly-reports/${monthId}/print`));
    for (const part of ['维修汇总月报', 'MR-2026-000007', 'F-0124F-0213未编码10', 'RC-2026-000046', '手工补报', '更换密封圈']) expect(text).toContain(part);
    const english = await textOf(await manager.get(`/monthly-reports/${monthId}/print?lang=en`));
    for (const part of ['Monthlyrepairreport', 'Byfaultcode', 'withoutacode']) expect(english.text).toContain(part);
  });
});
