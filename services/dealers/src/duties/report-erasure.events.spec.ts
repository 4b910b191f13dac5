import { CallAnonymisedSchema, CallResolvedSchema, CustomerAnonymisedSchema } from '@aftercare/contracts';
import { businessDate, newId } from '@aftercare/domain';
import { tablesHolding } from '@aftercare/testing';
import { DutiesPlatform } from './duties.fixture.js';
import { nextMonth } from './duty.rules.js';

describe('what people wrote in monthly reports about a person', () => {
  const platform = new DutiesPlatform();
  beforeAll(() => platform.start());
  afterAll(() => platform.service.stop());

  it('C-5: goes with the person, once, from open and submitted reports; lines, numbers and what is said of others stay', async () => {
    const { month } = platform;
    const dealerId = await platform.activeDealer();
    const duties = platform.reports(dealerId);
    const installationId = await platform.installed(dealerId, `${month}-10`);
    const callId = newId();
    await platform.service.publish(CallResolvedSchema, { callId, dealerId, callNumber: 'RC-1', unitSerial: 'SN-1', resolvedAt: `${month}-12T10:00:00+08:00`, onTime: true });
    await platform.service.drain();
    const linesOf = async (id: string) => (await duties.listMonthlyReportLines({ id })).items;
    const installations = await platform.report(dealerId, month);
    const [installed] = await linesOf(installations.id);
    await duties.correctMonthlyReport({ id: installations.id, version: installations.version, corrections: [{ lineId: installed.id, counts: false, note: '金丝雀家重复' }] });
    const repairs = await platform.report(dealerId, month, 'repair');
    const [call] = await linesOf(repairs.id);
    await duties.correctMonthlyReport({
      id: repairs.id, version: repairs.version, corrections: [{ lineId: call.id, counts: false, note: '金丝雀取消' }],
      repairs: [{ repairedOn: `${month}-09`, serial: 'sn-9', note: '金丝雀家换密封圈' }, { repairedOn: `${month}-09`, serial: 'SN-8', note: '别家' }, { repairedOn: `${month}-08`, serial: '', note: '金丝雀家，铭牌已损' }],
    });
    const otherDealerId = await platform.activeDealer();
    const elsewhere = await platform.report(otherDealerId, month, 'repair');
    await platform.reports(otherDealerId).correctMonthlyReport({ id: elsewhere.id, version: elsewhere.version, repairs: [{ repairedOn: `${month}-09`, serial: '', note: '另一经销商的用户' }] });
    await platform.to(`${nextMonth(month)}-01T10:00:00`);
    const before = await platform.report(dealerId, month, 'repair');
    await duties.submitMonthlyReport({ id: before.id, version: before.version, nil: false });
    const amended = await duties.amendMonthlyReport({
      id: before.id, version: before.version + 1, reason: '金丝雀来电', repairs: [{ repairedOn: `${month}-11`, serial: 'SN-9', note: '金丝雀又来' }],
    });
    expect((await tablesHolding(platform.service, '金丝雀')).sort()).toEqual(['monthly_report_amendment', 'monthly_report_amendment_line', 'monthly_report_line']);
    const eventId = newId();
    const told = { customerId: newId(), dealerId, installationIds: [installationId], serials: ['SN-9'] };
    for (const id of [eventId, eventId, newId()]) await platform.service.publish(CustomerAnonymisedSchema, told, { eventId: id });
    await platform.service.publish(CallAnonymisedSchema, { callId, dealerId });
    await platform.service.drain();
    expect(await tablesHolding(platform.service, '金丝雀')).toEqual([]);
    const after = await platform.report(dealerId, month, 'repair');
    expect([after.number, after.counted, after.version]).toEqual([expect.stringMatching(/^MR-/) as string, 4, amended.version + 2]);
    expect((await linesOf(before.id)).map(({ itemOn, note }) => [itemOn.slice(8), note]).sort()).toEqual([['08', '***'], ['09', '***'], ['09', '别家'], ['11', '***'], ['12', '']]);
    expect((await platform.reports(otherDealerId).listMonthlyReportLines({ id: elsewhere.id })).items.map(({ note }) => note)).toEqual(['另一经销商的用户']);
    expect(await platform.service.sql(`select 1 from audit_entry where action = 'anonymise'`)).toHaveLength(3);
  });

  it('C-5, D-1: goes also from reports of the dealer whose customers went over to another', async () => {
    const month = (await platform.service.now()).slice(0, 7);
    const [leaver, between, successor] = [await platform.activeDealer(), await platform.activeDealer(), await platform.activeDealer()];
    const report = await platform.report(leaver, month, 'repair');
    await platform.reports(leaver).correctMonthlyReport({ id: report.id, version: report.version, repairs: [{ repairedOn: `${month}-01`, serial: '', note: '夜莺家修' }] });
    for (const [id, successorDealerId] of [[leaver, between], [between, successor]]) {
      const { version } = await platform.supervisor().getDealer({ id });
      await platform.supervisor().terminateDealer({ id, version, reason: '协议到期', successorDealerId });
    }
    await platform.service.publish(CustomerAnonymisedSchema, { customerId: newId(), dealerId: await platform.activeDealer(), installationIds: [], serials: [] });
    await platform.service.drain();
    expect(await tablesHolding(platform.service, '夜莺')).toEqual(['monthly_report_line']);
    await platform.service.publish(CustomerAnonymisedSchema, { customerId: newId(), dealerId: successor, installationIds: [], serials: [] });
    await platform.service.drain();
    expect(await tablesHolding(platform.service, '夜莺')).toEqual([]);
  });

  it('C-5, D-1: an erasure of before that is told again finds the lines it missed, and leaves what happened since to others', async () => {
    const [leaver, successor] = [await platform.activeDealer(), await platform.activeDealer()];
    const until = await platform.service.now();
    const day = businessDate(until);
    const installationId = await platform.installed(leaver, day);
    const duties = platform.reports(leaver);
    const before = await platform.report(leaver, day.slice(0, 7), 'repair');
    const repairs = [{ repairedOn: day, serial: '', note: '夜莺家修' }, { repairedOn: day, serial: 'SN-9', note: '夜莺家换' }];
    await duties.correctMonthlyReport({ id: before.id, version: before.version, repairs });
    const installations = await platform.report(leaver, day.slice(0, 7));
    const [installed] = (await duties.listMonthlyReportLines({ id: installations.id })).items;
    await duties.correctMonthlyReport({ id: installations.id, version: installations.version, corrections: [{ lineId: installed.id, counts: false, note: '夜莺家重复' }] });
    await platform.to(`${nextMonth(day.slice(0, 7))}-05T10:00:00`);
    const later = `${nextMonth(day.slice(0, 7))}-04`;
    const since = await platform.report(leaver, later.slice(0, 7), 'repair');
    await duties.correctMonthlyReport({ id: since.id, version: since.version, repairs: repairs.map((each) => ({ ...each, repairedOn: later, note: '画眉家修' })) });
    const { version } = await platform.supervisor().getDealer({ id: leaver });
    await platform.supervisor().terminateDealer({ id: leaver, version, reason: '协议到期', successorDealerId: successor });
    await platform.service.drain();
    const rows = () => platform.service.sql(`select to_jsonb(l) from monthly_report_line l order by id`);
    const versions = () => platform.service.sql('select id, version from monthly_report order by id');
    const told = { customerId: newId(), dealerId: successor, installationIds: [installationId], serials: ['SN-9'], writtenUntil: until };
    await platform.service.publish(CustomerAnonymisedSchema, told);
    await platform.service.drain();
    expect(await tablesHolding(platform.service, '夜莺')).toEqual([]);
    expect((await duties.listMonthlyReportLines({ id: since.id })).items.map(({ note }) => note)).toEqual(['画眉家修', '画眉家修']);
    const once = [await rows(), await versions()];
    await platform.service.publish(CustomerAnonymisedSchema, told);
    await platform.service.drain();
    expect([await rows(), await versions()]).toEqual(once);
  });

  it('C-2, C-5: of a former owner go the lines of when the unit was his; its installation at the next owner’s and what was repaired there stay', async () => {
    const dealerId = await platform.activeDealer();
    const month = (await platform.service.now()).slice(0, 7);
    const duties = platform.reports(dealerId);
    const passedId = await platform.installed(dealerId, `${month}-03`);
    const repairs = await platform.report(dealerId, month, 'repair');
    const noted = [['01', 'SN-9', '苍鹭家修'], ['03', 'SN-9', '白鹭家修'], ['03', 'SN-8', '苍鹭家换']].map(([day, serial, note]) => ({ repairedOn: `${month}-${day}`, serial, note }));
    await duties.correctMonthlyReport({ id: repairs.id, version: repairs.version, repairs: noted });
    const installations = await platform.report(dealerId, month);
    const [installed] = (await duties.listMonthlyReportLines({ id: installations.id })).items;
    await duties.correctMonthlyReport({ id: installations.id, version: installations.version, corrections: [{ lineId: installed.id, counts: false, note: '白鹭家重复' }] });
    const writtenUntil = `${month}-02T02:00:00.000Z`;
    const told = { customerId: newId(), dealerId: await platform.activeDealer(), installationIds: [passedId], serials: ['SN-8', 'SN-9'], passedOn: [passedId, 'SN-9'].map((ref) => ({ ref, writtenUntil })) };
    await platform.service.publish(CustomerAnonymisedSchema, told);
    await platform.service.drain();
    expect(await tablesHolding(platform.service, '苍鹭')).toEqual([]);
    expect(await platform.service.sql(`select note, left_out_reason as why from monthly_report_line where note || left_out_reason like '白鹭%' order by note`))
      .toEqual([{ note: '', why: '白鹭家重复' }, { note: '白鹭家修', why: '' }]);
    await platform.service.publish(CustomerAnonymisedSchema, { ...told, customerId: newId(), passedOn: [] });
    await platform.service.drain();
    expect(await tablesHolding(platform.service, '白鹭')).toEqual([]);
  });
});
