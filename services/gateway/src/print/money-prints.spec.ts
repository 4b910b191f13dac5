import { ChargeSlipService, CustomerReceiptService, DealerService, InvoiceService, PartsRequestService, PriceListService, StatementService } from '@aftercare/contracts';
import { moneyInWords, newId } from '@aftercare/domain';
import { notFound } from '@aftercare/messaging';
import { fake } from '@aftercare/testing';
import { Gateway, type Answer } from '../spec/gateway-harness.js';
import { pdfText } from '../spec/pdf-text.js';

const [dealerId, requestId, slipId, reversalId, takenBackId, claimSlipId, draftId, listId, receiptId, voidId, invoiceId, runInvoiceId] = Array.from({ length: 12 }, newId);
const MANY = 120;
let gateway: Gateway;

const charged = { id: newId(), position: 1, partId: newId(), partNumber: 'CA-35', partName: '35 阀芯', partNameEn: '35 cartridge', quantity: 3, unitPrice: '12.3450', netAmount: '37.04', taxAmount: '4.82', reason: 'term_over' };
const slip = {
  number: 'CS-2026-000019', dealerId, direction: 'charge', state: 'confirmed', origin: 'request', requestId, netTotal: '37.04', taxTotal: '4.82', grossTotal: '41.86', grossInWords: moneyInWords('41.86'),
  taxRate: '13', paymentMethod: 'bank_transfer', invoiceWish: 'later', confirmedAt: '2026-03-02T01:00:00.000Z', month: '2026-03', version: 2, lines: [charged],
};
const slips: Record<string, object> = {
  [slipId]: slip,
  [reversalId]: {
    ...slip, number: 'CS-2026-000020', origin: 'reversal', reversesSlipNumber: 'CS-2026-000019', reason: '错收', netTotal: '-37.04', taxTotal: '-4.82', grossTotal: '-41.86', grossInWords: moneyInWords('-41.86'),
    lines: [{ ...charged, quantity: -3, netAmount: '-37.04', taxAmount: '-4.82' }],
  },
  [takenBackId]: { ...slip, number: 'CS-2026-000022', origin: 'reversal', reversesSlipNumber: 'CS-2026-000019', reason: 'never_arrived' },
  [claimSlipId]: {
    ...slip, number: 'CS-2026-000021', direction: 'reimbursement', origin: 'reimbursement', requestId: '', claimNumber: 'RB-2026-000007', callNumber: 'RC-2026-000045', payeeKind: 'third_party', netTotal: '180.50', taxTotal: '0.00',
    grossTotal: '180.50', grossInWords: moneyInWords('180.50'), taxRate: '0', lines: [{ id: newId(), position: 1, quantity: 1, unitPrice: '180.5000', netAmount: '180.50', taxAmount: '0.00', reason: 'third_party_repair' }],
  },
  [draftId]: { ...slip, number: '', state: 'draft', origin: 'manual', requestId: '', confirmedAt: '', month: '', reason: '遗失工具' },
};
const priced = Array.from({ length: MANY }, (_, at) => ({
  position: at + 1, partId: newId(), partNumber: `PN-${String(at + 1).padStart(4, '0')}`, name: '阀芯', nameEn: 'Cartridge', unit: 'piece', dealerPrice: '12.3450', suggestedPrice: '20.0000', change: 'same',
}));

const receipt = {
  number: 'RE-2026-000003', dealerId, dealerName: '上海徐汇洁宇卫浴', state: 'given', callNumber: 'RC-2026-000045', unitSerial: 'FA-100', payerName: '王小明', total: '117.05', totalInWords: moneyInWords('117.05'), method: 'wechat_pay',
  note: '谢谢惠顾', givenAt: '2026-03-02T01:00:00.000Z', version: 1, lines: [{ kind: 'fee', description: '上门服务费', quantity: 1, unitPrice: '80.00', amount: '80.00' }, { kind: 'part', description: '阀芯', quantity: 3, unitPrice: '12.35', amount: '37.05' }],
};

const movement = (at: number, more: object) => (
  { at: `2026-03-${String(at).padStart(2, '0')}T02:00:00.000Z`, kind: 'slip_confirmed', documentKind: 'charge_slip', documentId: newId(), documentNumber: `CS-2026-${String(at).padStart(6, '0')}`, debit: '113.00', credit: '0.00', balance: '113.00', ...more });
const movements = [
  ...Array.from({ length: 24 }, (_, at) => movement(at + 1, {})),
  movement(25, { kind: 'payment_received', documentNumber: 'PY-2026-000001', debit: '0.00', credit: '2800.00', balance: '-88.00' }), movement(26, { kind: 'set_off', documentNumber: 'CS-2026-000090', debit: '0.00', credit: '12.00', balance: '-100.00' }),
];
const statement = { dealerCode: 'SH001', dealerName: '上海徐汇洁宇卫浴', openingBalance: '0.00', debitTotal: '2712.00', creditTotal: '2812.00', closingBalance: '-100.00' };
const invoice = {
  number: 'IR-2026-000008', dealerId, kind: 'special', state: 'issued', title: '上海洁宇卫浴有限公司', taxNumber: '91310000MA1FL0AAAA', netTotal: '137.04', taxTotal: '17.82', grossTotal: '154.86', grossInWords: moneyInWords('154.86'), redTotal: '0.00',
  invoiceNumber: '26312000000012345678', invoiceDate: '2026-04-01', createdAt: '2026-03-31T02:00:00.000Z', version: 2,
  slips: [
    { slipId, slipNumber: 'CS-2026-000019', netAmount: '37.04', taxAmount: '4.82', grossAmount: '41.86' }, { slipId: newId(), slipNumber: 'CS-2026-000031', netAmount: '100.00', taxAmount: '13.00', grossAmount: '113.00' },
  ],
};

beforeAll(async () => {
  gateway = await Gateway.start([
    fake(DealerService, { getDealerStanding: async ({ id }) => ({ id, code: 'SH001', name: '上海徐汇洁宇卫浴', nameEn: 'Xuhui Jieyu', status: 'active' }) }),
    fake(PartsRequestService, { getPartsRequest: async ({ id }) => ({ id, number: 'PR-2026-000012' }) }),
    fake(ChargeSlipService, {
      getChargeSlip: async ({ id }) => {
        if (!slips[id]) throw notFound('charge slip');
        return { ...slips[id], id };
      },
    }),
    fake(CustomerReceiptService, { getReceipt: async ({ id }) => ({ ...receipt, id, ...(id === voidId ? { state: 'void', voidReason: '多收' } : {}) }) }),
    fake(StatementService, {
      getDealerStatement: async ({ dealerId: asked, month, page }) => {
        if (asked === slipId) throw notFound('dealer');
        const from = Number(page?.cursor || 0);
        return { ...statement, dealerId: asked || dealerId, month, preliminary: month === '2026-04', items: movements.slice(from, from + 20), nextCursor: from + 20 < movements.length ? String(from + 20) : '' };
      },
    }),
    fake(InvoiceService, {
      getInvoice: async ({ id }) => {
        if (id === invoiceId) return { ...invoice, id };
        if (id === runInvoiceId) return { ...invoice, id, consolidationId: newId(), redTotal: '41.86' };
        throw notFound('invoice');
      },
    }),
    fake(PriceListService, {
      getPriceList: async ({ id }) => {
        if (id !== listId) throw notFound('price list');
        return { id, number: 'PL-2026-000003', state: 'published', effectiveFrom: '2026-04-01', publishedAt: '2026-03-20T01:00:00.000Z', version: 2 };
      },
      listPriceListLines: async () => ({ items: priced, nextCursor: '' }),
    }),
  ]);
}, 60_000);
afterAll(() => gateway.stop());

async function pagesOf(answer: Answer): Promise<string[]> {
  expect({ status: answer.status, type: answer.headers['content-type'], body: answer.body }).toEqual({ status: 200, type: 'application/pdf', body: {} });
  return (await pdfText(answer.bytes)).map((page) => page.replace(/\s+/g, ''));
}
const textOf = async (answer: Answer): Promise<string> => (await pagesOf(answer)).join('\n');

describe('the charge slip', () => {
  it('X-1, F-2: prints as 《售后服务材料收费暨报销单》 with number, lines, tax and 大写, in both languages', async () => {
    const manager = await gateway.person('dealer_manager', { dealerId });
    const text = await textOf(await manager.get(`/charge-slips/${slipId}/print`));
    for (const part of ['售后服务材料收费暨报销单', '编号CS-2026-000019', '上海徐汇洁宇卫浴(SH001)', '收费', '材料需求PR-2026-000012', '银行转账', '以后合并开票', '2026-03', 'CA-3535阀芯3', '12.345037.044.82', '过保', '13%', '价税合计41.86', '肆拾壹元捌角陆分', '财务（签字）', '经销商（盖章）']) expect(text).toContain(part);
    const english = await textOf(await manager.get(`/charge-slips/${slipId}/print?lang=en`));
    for (const part of ['Chargeandreimbursementslip', 'XuhuiJieyu(SH001)', 'banktransfer', 'outofwarranty', 'CA-3535cartridge3', '41.86', '肆拾壹元捌角陆分']) expect(english).toContain(part);
    expect(await manager.get(`/charge-slips/${newId()}/print`)).toMatchObject({ status: 404, body: { reason: 'NOT_FOUND' } });
  });

  it('X-1: in three parts on paper of 241 × 140 mm, each named after who gets it, one page each', async () => {
    const clerk = await gateway.person('finance_clerk');
    const pages = await pagesOf(await clerk.get(`/charge-slips/${slipId}/print?paper=241x140&copies=3`));
    expect(pages).toHaveLength(3);
    for (const [at, party] of ['第1联财务联', '第2联经销商联', '第3联存根联'].entries()) {
      expect(pages[at]).toContain(party);
      expect(pages[at]).toContain('肆拾壹元捌角陆分');
    }
  });

  it('F-5: a reversal is negative in figures and words and names what it reverses', async () => {
    const text = await textOf(await (await gateway.person('finance_clerk')).get(`/charge-slips/${reversalId}/print`));
    for (const part of ['冲销单号CS-2026-000019', '错收', '-37.04', '负肆拾壹元捌角陆分']) expect(text).toContain(part);
  });

  it('P-8, H-7: why a charge was taken back by itself stands on its slip in words', async () => {
    const finance = await gateway.person('finance_clerk');
    expect(await textOf(await finance.get(`/charge-slips/${takenBackId}/print`))).toContain('事由未送达');
    expect(await textOf(await finance.get(`/charge-slips/${takenBackId}/print?lang=en`))).toContain('Reasonneverarrived');
  });

  it('F-6, R-14: a reimbursement stands on the same form with its claim, its call and who is paid', async () => {
    const text = await textOf(await (await gateway.person('finance_clerk')).get(`/charge-slips/${claimSlipId}/print`));
    for (const part of ['售后服务材料收费暨报销单', '报销', 'RB-2026-000007', 'RC-2026-000045', '维修方', '第三方维修费用', '180.50', '壹佰捌拾元伍角', '领款人（签字）']) expect(text).toContain(part);
    expect(text).not.toContain('开票意愿');
  });

  it('X-6, F-7: a draft has no number; who sees no prices gets no slip', async () => {
    expect(await textOf(await (await gateway.person('service_clerk')).get(`/charge-slips/${draftId}/print`))).toContain('（未确认）');
    expect(await (await gateway.person('dealer_technician', { dealerId })).get(`/charge-slips/${slipId}/print`)).toMatchObject({ status: 403 });
  });
});

describe('the receipt of a dealer', () => {
  it('B-7, X-1: prints as 收据 for the customer, with who paid, lines, total and 大写, and says that it is no tax invoice; a void one says so', async () => {
    const technician = await gateway.person('dealer_technician', { dealerId });
    const text = await textOf(await technician.get(`/receipts/${receiptId}/print`));
    for (const part of ['收据', '编号RE-2026-000003', '今收到王小明', '上海徐汇洁宇卫浴', '微信', 'RC-2026-000045', 'FA-100', '上门服务费180.0080.00', '阀芯312.3537.05', '117.05', '壹佰壹拾柒元零伍分', '不是税务发票', '谢谢惠顾']) expect(text).toContain(part);
    const english = await textOf(await technician.get(`/receipts/${voidId}/print?lang=en`));
    for (const part of ['Receipt(void)', 'Whyitisvoid多收', 'XuhuiJieyu', 'Thisisnotaxinvoice']) expect(english).toContain(part);
    expect(await (await gateway.person('service_clerk')).get(`/receipts/${receiptId}/print`)).toMatchObject({ status: 403 });
  });
});

describe('the price list', () => {
  it('X-1, F-7: prints as 《零部件价格表》 over pages, each with number and page of pages, no line lost, in both languages', async () => {
    const manager = await gateway.person('dealer_manager', { dealerId });
    const pages = await pagesOf(await manager.get(`/price-lists/${listId}/print`));
    expect(pages.length).toBeGreaterThan(1);
    pages.forEach((page, at) => expect(page).toContain(`第${at + 1}页共${pages.length}页`));
    const text = pages.join('');
    for (const part of ['零部件价格表', 'PL-2026-000003', '2026-04-01', '成本价（不含税）', '12.3450', '20.0000']) expect(text).toContain(part);
    for (let line = 1; line <= MANY; line += 1) expect(text).toContain(`PN-${String(line).padStart(4, '0')}`);
    expect(await textOf(await manager.get(`/price-lists/${listId}/print?lang=en&paper=241x140`))).toContain('Dealerprice(net)');
  });

  it('F-7: for end customers it has the suggested prices and nothing of what the dealer is charged', async () => {
    const text = await textOf(await (await gateway.person('dealer_manager', { dealerId })).get(`/price-lists/${listId}/print?suggestedOnly=true`));
    for (const part of ['建议零售价', '20.0000', 'PN-0120']) expect(text).toContain(part);
    for (const part of ['成本价', '12.3450']) expect(text).not.toContain(part);
    expect(await (await gateway.person('dealer_technician', { dealerId })).get(`/price-lists/${listId}/print`)).toMatchObject({ status: 403 });
  });
});

describe('the statement of a dealer', () => {
  it('B-5, X-1: prints as 《经销商对账单》 with the balance before, every movement of the month, the balance after in figures and words, in both languages', async () => {
    const finance = await gateway.person('finance_clerk');
    const text = await textOf(await finance.get(`/statements/dealer/print?dealerId=${dealerId}&month=2026-03`));
    for (const part of ['经销商对账单', 'SH0012026-03', '上海徐汇洁宇卫浴(SH001)', '期初余额（元）0.00', 'CS-2026-000001113.000.00113.00', 'CS-2026-000024', '收款PY-2026-0000010.002800.00-88.00', '报销抵扣', '2712.00', '2812.00', '期末余额（元）-100.00', '负壹佰元整', '经销商（盖章）']) expect(text).toContain(part);
    expect(text).not.toContain('本月尚未结束');
    const english = await textOf(await finance.get(`/statements/dealer/print?dealerId=${dealerId}&month=2026-04&lang=en`));
    for (const part of ['Statementofaccount', 'XuhuiJieyu(SH001)', 'slipconfirmed', 'setoffagainstareimbursement', 'Themonthisnotover']) expect(english).toContain(part);
  });

  it('B-5: a dealer’s manager prints his own, a technician none; another dealer’s is missing, and a month is a month', async () => {
    const manager = await gateway.person('dealer_manager', { dealerId });
    expect(await textOf(await manager.get('/statements/dealer/print?month=2026-03'))).toContain('SH0012026-03');
    expect(await manager.get(`/statements/dealer/print?dealerId=${slipId}&month=2026-03`)).toMatchObject({ status: 404 });
    expect(await manager.get('/statements/dealer/print?month=2026-13')).toMatchObject({ status: 400 });
    expect(await (await gateway.person('dealer_technician', { dealerId })).get('/statements/dealer/print?month=2026-03')).toMatchObject({ status: 403 });
  });
});

describe('the slips of an invoice', () => {
  it('B-1, X-1: prints as 《开票清单》 with who it is made out to, each slip and the sums; of a run as 《合并开票清单》, with what was taken back', async () => {
    const finance = await gateway.person('finance_clerk');
    const text = await textOf(await finance.get(`/invoices/${invoiceId}/print`));
    for (const part of ['开票清单', '编号IR-2026-000008', '上海洁宇卫浴有限公司', '91310000MA1FL0AAAA', '增值税专用发票', '已开具', '26312000000012345678', '1CS-2026-00001937.044.8241.86', '2CS-2026-000031100.0013.00113.00', '154.86', '壹佰伍拾肆元捌角陆分', '本身不是发票']) expect(text).toContain(part);
    expect(text).not.toContain('合并开票清单');
    const run = await textOf(await finance.get(`/invoices/${runInvoiceId}/print?copies=2`));
    for (const part of ['合并开票清单', '第1联经销商联', '已红冲（含税）41.86']) expect(run).toContain(part);
    expect(await textOf(await finance.get(`/invoices/${runInvoiceId}/print?lang=en`))).toContain('Consolidatedstatement');
    expect(await finance.get(`/invoices/${newId()}/print`)).toMatchObject({ status: 404, body: { reason: 'NOT_FOUND' } });
    expect(await (await gateway.person('dealer_technician', { dealerId })).get(`/invoices/${invoiceId}/print`)).toMatchObject({ status: 403 });
  });
});
