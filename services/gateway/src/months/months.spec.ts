import { DealerService, JobService, MonthListService, MonthService, TieOutService } from '@aftercare/contracts';
import { newId } from '@aftercare/domain';
import { ServiceError } from '@aftercare/messaging';
import { fake } from '@aftercare/testing';
import { readSheet } from 'read-excel-file/node';
import { Gateway, type Answer } from '../spec/gateway-harness.js';
import { pdfText } from '../spec/pdf-text.js';

const dealerId = newId();
const month = '2026-03';
const totals = {
  shipped: 15, shortage: 0, charged: 3, owed: 10, free: 2, issueDifference: 0, revenue: '37.04', shippedNet: '37.04', convertedNet: '0.00', manualNet: '0.00', reversedNet: '0.00', revenueDifference: '0.00',
  due: 10, opening: 0, returned: 4, converted: 0, reversed: 0, excused: 0, outstandingChange: 6, creditChange: 0, lateChange: 0, returnDifference: 0, proved: true,
};
const around = { proof: { proved: true, tied: true, comparison: 'agreed', comparedAt: '2026-04-02T00:59:00.000Z', model: 'ready', faultCount: 0 }, faults: [] as object[], closedAt: '2026-04-02T01:00:00.000Z', obstacles: [] as object[], dryRuns: [] as boolean[], locales: [] as string[] };
const closed = Array.from({ length: 3 }, (_each, at) => ({
  id: newId(), position: at + 1, dealerId, dealerCode: 'SH001', dealerName: '=徐汇"洁宇"', partId: newId(), partNumber: `CA-${at}`, term: 'shipped_charged', reason: 'term_over', quantity: at + 1, netAmount: '12.35',
  documentKind: 'shipping_order', documentId: newId(), documentNumber: `SO-${at}`, lineId: newId(),
}));
let gateway: Gateway;
beforeAll(async () => {
  gateway = await Gateway.start([
    fake(DealerService, { getDealerStanding: async ({ id }) => ({ id, code: 'SH001', name: '徐汇洁宇', status: 'active' }) }),
    fake(TieOutService, {
      getTieOut: async (asked) => ({ month: asked.month, ...around.proof, rowCount: 1, dealerCount: 1, partCount: 1, totals, closed: false }),
      listTieOutFaults: async (_asked, { locale }) => {
        around.locales.push(locale);
        return { items: around.faults, nextCursor: '' };
      },
    }),
    fake(MonthService, {
      getMonth: async (asked) => ({ month: asked.month, state: around.closedAt ? 'closed' : 'open', over: true, closedAt: around.closedAt, hash: around.closedAt ? 'a'.repeat(64) : '' }),
      listMonthObstacles: async (_asked, { locale }) => {
        around.locales.push(locale);
        return { items: around.obstacles, nextCursor: '', lookedAt: '2026-04-02T00:59:00.000Z' };
      },
      checkMonthClose: async (asked) => {
        throw new ServiceError('failed_precondition', 'EARLIER_MONTH_OPEN', 'no', { month: asked.month, earlier: '2026-02' });
      },
      listClosedLines: async ({ page }) => {
        const from = Number(page?.cursor || 0);
        return { items: closed.slice(from, from + 2), nextCursor: from + 2 < closed.length ? String(from + 2) : '' };
      },
    }),
    fake(JobService, {
      beginJob: async ({ kind, dryRun }) => {
        if (kind === 'close-month') around.dryRuns.push(dryRun);
        return { id: newId() };
      },
      startJob: async () => ({ state: 'queued' }),
    }, 'invoicing'),
    fake(MonthListService, {
      listRevenue: async () => ({
        items: [{ id: newId(), term: 'shipped_charged', dealerId, partId: newId(), partNumber: 'CA-35', partName: '35 阀芯', reason: 'stocktake_deficit', quantity: 3, netAmount: '37.04', documentKind: 'shipping_order', documentId: newId(), documentNumber: 'SO-1' }],
        nextCursor: '',
      }),
      summariseRevenue: async ({ by }) => ({ items: [{ id: newId(), key: by === 'part' ? 'CA-35' : dealerId, quantity: 3, netAmount: '37.04' }], nextCursor: '', netTotal: '37.04' }),
    }),
  ]);
}, 60_000);
afterAll(() => gateway.stop());

async function textOf(answer: Answer): Promise<{ pages: number; text: string }> {
  expect({ status: answer.status, type: answer.headers['content-type'], body: answer.body }).toEqual({ status: 200, type: 'application/pdf', body: {} });
  const pages = await pdfText(answer.bytes);
  return { pages: pages.length, text: pages.join('\n').replace(/\s+/g, '') };
}

describe('months over HTTP', () => {
  it('H-8: the proof prints on one page, its three identities term by term, in both languages', async () => {
    const auditor = await gateway.person('auditor');
    const { pages, text } = await textOf(await auditor.get(`/months/${month}/tie-out/print`));
    expect(pages).toBe(1);
    for (const part of ['三表核对证明', '2026-03', '三表相符', '左：发料15', '右：已在收费单上3', '右：形成借料义务10', '右：免费不退2', '左：销售收入表37.04', '差额0.00', 'a'.repeat(64)]) expect(text).toContain(part);
    const english = await textOf(await auditor.get(`/months/${month}/tie-out/print?lang=en`));
    expect([english.pages, english.text]).toEqual([1, expect.stringContaining('Theliststieout') as string]);
  });

  it('H-8: lines at fault stand on the proof, and that there are more', async () => {
    around.proof = { ...around.proof, proved: false, tied: false, faultCount: 40 };
    around.faults = Array.from({ length: 6 }, (_each, at) => ({ id: newId(), identity: 1, kind: 'unmatched', term: 'shipped_due', dealerCode: 'SH001', partNumber: `CA-${at}`, documentNumber: `SO-${at}`, text: `SO-${at} 发料对应记录缺失` }));
    const { pages, text } = await textOf(await (await gateway.person('finance_clerk')).get(`/months/${month}/tie-out/print`));
    expect(pages).toBe(1);
    for (const part of ['三表不符', '问题行40', 'SH001CA-5SO-5发料对应记录缺失', '只列前6行']) expect(text).toContain(part);
    around.proof = { ...around.proof, model: 'rebuilding', faultCount: 0 };
    expect((await textOf(await (await gateway.person('finance_clerk')).get(`/months/${month}/tie-out/print`))).text).toContain('统计正在重建');
  });

  it('H-8: the proof stays on one page with its signatures, whatever is at fault and in either language; what is at fault is worded in the language of the paper', async () => {
    const finance = await gateway.person('finance_clerk');
    const before = { ...around };
    const worst = 'SO-2026-000123 late pieces whose charge was taken back, 12 pieces: its counterpart is missing or has other pieces (difference 12)';
    const against = 'CS-2026-000123: the revenue list and the ledger differ (1234567.89 ≠ 1234567.90). Find what was not booked; the administrator can replay a dead letter that was discarded.';
    const faults = Array.from({ length: 6 }, () => ({ id: newId(), identity: 1, kind: 'unmatched', term: 'shipped_due', dealerCode: 'SH001-BRANCH', partNumber: 'CA-35-LONG-01', documentNumber: 'SO-1', text: worst }));
    const obstacles = Array.from({ length: 3 }, () => ({ code: 'REVENUE_DIFFERS', service: 'invoicing', documentNumber: 'CS-2026-000123', text: against, hint: false }));
    for (const [given, closedAt, count] of [[{ faults: faults.slice(0, 1), obstacles: [] }, '', 1], [{ faults, obstacles: [] }, before.closedAt, 40], [{ faults, obstacles }, '', 40]] as const) {
      Object.assign(around, given, { closedAt, proof: { ...before.proof, proved: false, tied: false, faultCount: count } });
      for (const [lang, signed, at] of [['en', 'Supervisor', 'itscounterpartismissing'], ['zh-CN', '主管', 'itscounterpartismissing']] as const) {
        const { pages, text } = await textOf(await finance.get(`/months/${month}/tie-out/print?lang=${lang}`));
        expect([lang, count, pages]).toEqual([lang, count, 1]);
        for (const part of [signed, at]) expect(text).toContain(part);
        expect(around.locales.slice(-2)).toEqual([lang, lang]);
      }
    }
    Object.assign(around, before);
  });

  it('H-8: events that tie out are no proof before the services’ lists were compared, or while they differ', async () => {
    const finance = await gateway.person('finance_clerk');
    around.faults = [];
    const said = async (more: object) => {
      around.proof = { ...around.proof, proved: false, tied: true, model: 'ready', faultCount: 0, ...more };
      return (await textOf(await finance.get(`/months/${month}/tie-out/print`))).text;
    };
    const before = await said({ comparison: 'not_compared', comparedAt: '' });
    for (const part of ['尚未与各服务的清单比对', '清单比对尚未']) expect(before).toContain(part);
    expect(before).not.toContain('三表相符');
    expect(await said({ comparison: 'differing', comparedAt: '2026-04-02T00:59:00.000Z' })).toContain('与各服务的清单不符');
    // What only kept the comparison from proving them is no difference of the lists.
    Object.assign(around, { closedAt: '', obstacles: [{ code: 'SERVICE_SILENT', service: 'parts', documentNumber: '', text: '服务未应答', hint: false }] });
    const silent = await said({ comparison: 'differing', comparedAt: '2026-04-02T00:59:00.000Z' });
    expect([silent.includes('尚未与各服务的清单比对'), silent.includes('与各服务的清单不符')]).toEqual([true, false]);
    around.obstacles = [];
    around.proof = { ...around.proof, proved: true, comparison: 'agreed' };
  });

  it('H-8: what stood against closing at the last look stands on the proof of an open month, and without it alone the lists are said to tie out', async () => {
    const finance = await gateway.person('finance_clerk');
    const printed = async (more: Partial<typeof around>) => {
      Object.assign(around, { closedAt: '', ...more });
      return textOf(await finance.get(`/months/${month}/tie-out/print`));
    };
    around.proof = { ...around.proof, proved: true, tied: true, model: 'ready', faultCount: 0 };
    around.faults = [];
    const obstacles = Array.from({ length: 7 }, (_each, at) => ({ code: 'LISTS_DIFFER', service: 'insights', documentNumber: `SO-${at}`, text: `SO-${at} 与统计不符`, hint: false }));
    const { pages, text } = await printed({ obstacles });
    expect(pages).toBe(1);
    for (const part of ['三表相符，尚有不能结账的事项', 'insightsSO-1SO-1与统计不符', '只列前2项']) expect(text).toContain(part);
    expect(text).not.toContain('SO-2');
    around.proof = { ...around.proof, proved: false, tied: false, faultCount: 7 };
    around.faults = obstacles.map((each) => ({ id: newId(), identity: 1, kind: 'unmatched', term: 'shipped_due', dealerCode: 'SH001', partNumber: 'CA', ...each }));
    const both = await printed({ obstacles });
    expect(both.pages).toBe(1);
    for (const part of ['三表不符', '只列前1行', '只列前2项']) expect(both.text).toContain(part);
    around.proof = { ...around.proof, proved: true, tied: true, faultCount: 0 };
    around.faults = [];
    expect((await printed({ obstacles: [{ ...obstacles[0], hint: true }] })).text).not.toContain('不能结账');
    expect((await printed({ obstacles, closedAt: '2026-04-02T01:00:00.000Z' })).text).not.toContain('不能结账');
    around.obstacles = [];
  });

  it('B-6: a check of a month is the job of its close as a dry run', async () => {
    const finance = await gateway.person('finance_clerk');
    expect(await finance.post(`/months/${month}/check`, {}, { key: newId() })).toMatchObject({ status: 202, body: { service: 'invoicing' } });
    expect(around.dryRuns).toEqual([true]);
    expect(await (await gateway.person('auditor')).post(`/months/${month}/check`, {}, { key: newId() })).toMatchObject({ status: 403 });
    expect(await finance.post('/months/2026-13/check', {}, { key: newId() })).toMatchObject({ status: 400 });
  });

  it('F-8: the revenue list prints with dealer, part, reason and sum', async () => {
    const { text } = await textOf(await (await gateway.person('service_supervisor')).get(`/revenue/print?month=${month}`));
    for (const part of ['售后服务销售收入', '徐汇洁宇(SH001)', 'CA-35', '盘亏', 'SO-1', '合计（不含税）37.04']) expect(text).toContain(part);
  });

  it('B-6: a frozen list is one file of values, whole, and no text of it is a formula', async () => {
    const answer = await (await gateway.person('finance_clerk')).get(`/months/${month}/lines/csv?list=revenue`);
    expect(answer).toMatchObject({ status: 200, headers: { 'content-type': 'text/csv; charset=utf-8', 'content-disposition': `attachment; filename="${month}-revenue.csv"` } });
    const rows = answer.bytes.toString('utf8').split('\r\n');
    expect(rows[0]).toMatch(/^\uFEFF"序号"/u);
    expect(rows.slice(1, 4).map((row) => row.split(',')[0])).toEqual(['1', '2', '3']);
    expect(rows[1]).toContain(`"'=徐汇""洁宇"""`);
  });

  it('X-2: as a sheet, lines are numbered under that heading, and no two columns have the same one', async () => {
    const finance = await gateway.person('finance_clerk');
    const headings = async (path: string) => (await readSheet((await finance.get(`${path}${path.includes('?') ? '&' : '?'}format=xlsx`)).bytes))[0];
    expect((await headings(`/months/${month}/lines?list=revenue`)).slice(0, 2)).toEqual(['内部编号', '序号']);
    const obstacles = await headings(`/months/${month}/obstacles`);
    expect(new Set(obstacles).size).toBe(obstacles.length);
  });

  it('F-8, X-2: the revenue list and its sums as sheets name the dealer by code and name', async () => {
    const finance = await gateway.person('finance_clerk');
    const sheet = async (path: string) => readSheet((await finance.get(`${path}&format=xlsx`)).bytes);
    for (const [path, field] of [[`/revenue?month=${month}`, '经销商'], [`/revenue/sums?month=${month}&by=dealer`, '键']] as const) {
      const [headings, row] = await sheet(path);
      const at = headings.indexOf(field);
      expect([headings.slice(at, at + 3), row.slice(at, at + 3)]).toEqual([[field, '经销商代码', '经销商名称'], [dealerId, 'SH001', '徐汇洁宇']]);
    }
    const [headings, row] = await sheet(`/revenue/sums?month=${month}&by=part`);
    expect(row[headings.indexOf('经销商代码')]).toBeNull();
  });

  it('B-6: what can be known at once is refused at once, in the reader’s language', async () => {
    const finance = await gateway.person('finance_clerk');
    expect(await finance.post(`/months/${month}/close`, {}, { key: newId() })).toMatchObject({ status: 409, body: { reason: 'EARLIER_MONTH_OPEN', detail: expect.stringContaining('2026-02') as string } });
    expect(await finance.get('/months/2026-13')).toMatchObject({ status: 400, body: { reason: 'MONTH_INVALID' } });
  });

  it('section 1: month close is finance’s; supervisors and auditors read, dealers see nothing of it', async () => {
    for (const role of ['service_clerk', 'warehouse_keeper'] as const) expect((await (await gateway.person(role)).get(`/months/${month}/tie-out`)).status).toBe(403);
    const manager = await gateway.person('dealer_manager', { dealerId });
    for (const path of ['/months', `/months/${month}`, `/months/${month}/tie-out/rows`, `/months/${month}/lines?list=issued`, `/revenue?month=${month}`]) expect((await manager.get(path)).status).toBe(403);
    expect((await (await gateway.person('service_supervisor')).post(`/months/${month}/close`, {}, { key: newId() })).status).toBe(403);
  });
});
