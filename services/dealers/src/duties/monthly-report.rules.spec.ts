import { refusalReason } from '@aftercare/domain';
import {
  checkAmendment, checkCorrections, checkNamed, checkRepairs, reportActions, reportSteps, requireInstallationReport, requireReader, requireReportRole, standingOf, submit,
  type ReportFacts,
} from './monthly-report.rules.js';

const refusal = (reason: string, details: object = {}): Error => expect.objectContaining({ reason, details: expect.objectContaining(details) as object }) as Error;
const at = (local: string): string => new Date(`${local}+08:00`).toISOString();
const march: ReportFacts = { kind: 'installation', state: 'open', month: '2026-03' };
const repairs: ReportFacts = { ...march, kind: 'repair' };
const frozen: ReportFacts = { ...march, state: 'submitted' };
const april = at('2026-04-02T09:00:00');

describe('a monthly report', () => {
  it('D-7: is open until it is submitted, once; what is submitted is amended only', () => {
    expect([reportSteps.unreachable(), reportSteps.deadEnds()]).toEqual([[], []]);
    expect(submit(march, { nil: false, counted: 2 }, april)).toBe('submitted');
    expect(() => submit(frozen, { nil: false, counted: 2 }, april)).toThrow(refusal('STEP_NOT_ALLOWED'));
    expect([reportSteps.can('correct', 'submitted'), reportSteps.can('amend', 'open'), reportSteps.can('amend', 'submitted')]).toEqual([false, false, true]);
  });

  it('D-7: nothing to report is an explicit nil report, never silence, and nil is not said of something', () => {
    expect(() => submit(march, { nil: false, counted: 0 }, april)).toThrow(refusal('NIL_NOT_SAID', { field: 'nil' }));
    expect(() => submit(march, { nil: true, counted: 1 }, april)).toThrow(refusal('NOT_NIL', { counted: 1 }));
    expect(submit(march, { nil: true, counted: 0 }, april)).toBe('submitted');
  });

  it('D-7: the period is the report’s, not today’s: one for February filed on 2026-04-02 is February’s, and a running month is not reported', () => {
    expect(submit({ ...march, month: '2026-02' }, { nil: true, counted: 0 }, april)).toBe('submitted');
    expect(() => submit(march, { nil: true, counted: 0 }, at('2026-03-31T23:59:59'))).toThrow(refusal('MONTH_NOT_OVER', { month: '2026-03' }));
    expect(submit(march, { nil: true, counted: 0 }, at('2026-04-01T00:00:00'))).toBe('submitted');
  });

  it('D-7: only the dealer’s manager corrects, submits and amends; a technician has no part in it', () => {
    expect(() => requireReportRole('submit', 'dealer_manager')).not.toThrow();
    for (const role of ['service_clerk', 'service_supervisor', 'dealer_technician', 'auditor']) expect(() => requireReportRole('amend', role)).toThrow(refusal('ROLE_NOT_ALLOWED'));
    expect(() => requireReader('dealer_technician')).toThrow(refusal('ROLE_NOT_ALLOWED'));
    expect(() => requireReader('auditor')).not.toThrow();
  });

  it('D-7: says what may be done with it now, and why not', () => {
    const reasons = (report: ReportFacts, role: string, now: string) => reportActions({ ...report, counted: 0 }, role, now).map(({ reason }) => reason);
    expect(reasons(march, 'dealer_manager', april)).toEqual([undefined, undefined, 'STEP_NOT_ALLOWED']);
    expect(reasons(march, 'dealer_manager', at('2026-03-15T00:00:00'))).toEqual([undefined, 'MONTH_NOT_OVER', 'STEP_NOT_ALLOWED']);
    expect(reasons(frozen, 'dealer_manager', april)).toEqual(['STEP_NOT_ALLOWED', 'STEP_NOT_ALLOWED', undefined]);
    expect(reasons(march, 'service_clerk', april)).toEqual(['ROLE_NOT_ALLOWED', 'ROLE_NOT_ALLOWED', 'ROLE_NOT_ALLOWED']);
  });

  it('D-7: an addition in the installation report creates customer, sale and installation; a repair is added by hand', () => {
    expect(() => requireInstallationReport('installation')).not.toThrow();
    expect(() => requireInstallationReport('repair')).toThrow(refusal('ADDITION_NOT_HERE'));
    const done = { repairedOn: '2026-03-10', note: '更换密封圈' };
    expect(() => checkRepairs(repairs, [done], '2026-04-02')).not.toThrow();
    expect(() => checkRepairs(march, [done], '2026-04-02')).toThrow(refusal('INSTALLATION_BY_ADDITION'));
    const refused = (repair: object, today = '2026-04-02') => expect(() => checkRepairs(repairs, [done, { ...done, ...repair }], today)).toThrow;
    refused({ repairedOn: '2026-02-30' })(refusal('INVALID_DATE', { field: 'repairs[1].repairedOn' }));
    refused({ repairedOn: '2026-04-01' })(refusal('DATE_OUTSIDE_MONTH'));
    refused({ repairedOn: '2026-03-20' }, '2026-03-15')(refusal('DATE_IN_FUTURE'));
    refused({ note: ' ' })(refusal('REASON_MISSING', { field: 'repairs[1].note' }));
  });

  it('D-7: a correction names each line once and says why what was recorded is left out', () => {
    const lines = new Map([['a', {}], ['b', {}]]);
    const out = { lineId: 'a', counts: false, note: '重复登记' };
    expect(() => checkCorrections([out, { lineId: 'b', counts: true, note: '' }], lines, 0)).not.toThrow();
    expect(() => checkCorrections([], lines, 1)).not.toThrow();
    expect(() => checkCorrections([], lines, 0)).toThrow(refusal('LINES_MISSING'));
    expect(() => checkCorrections([out, out], lines, 0)).toThrow(refusal('LINE_DOUBLE', { field: 'corrections[1].lineId' }));
    expect(() => checkCorrections([{ ...out, lineId: 'x' }], lines, 0)).toThrow(refusal('LINE_UNKNOWN'));
    expect(() => checkCorrections([{ ...out, note: '' }], lines, 0)).toThrow(refusal('REASON_MISSING', { field: 'corrections[0].note' }));
  });

  it('D-7: what is told after the submission is pending until an amendment, which says why, takes it in or leaves it out', () => {
    const line = { counted: false, amended: false, afterSubmission: true };
    expect(standingOf(line)).toBe('pending');
    expect(standingOf({ ...line, amended: true })).toBe('left_out');
    expect(standingOf({ ...line, afterSubmission: false })).toBe('left_out');
    expect(standingOf({ ...line, counted: true, amended: true })).toBe('counted');
    const lines = new Map([['late', line], ['in', { counted: true, amended: false, afterSubmission: false }]]);
    for (const counts of [true, false]) expect(() => checkAmendment('补报', [{ lineId: 'late', counts, note: 'x' }], lines)).not.toThrow();
    expect(() => checkAmendment('更正', [{ lineId: 'in', counts: false, note: 'x' }], lines)).not.toThrow();
    expect(() => checkAmendment('更正', [{ lineId: 'in', counts: true, note: '' }], lines)).toThrow(refusal('LINE_UNCHANGED', { field: 'corrections[0].lineId' }));
    expect(() => checkAmendment(' ', [], lines)).toThrow(refusal('REASON_MISSING', { field: 'reason' }));
  });

  it('D-9, R-16: a repair by hand names a unit of the registry or none, and fault codes in force, of its family', () => {
    const known = {
      units: new Map([['sn-1', { serial: 'SN-1', modelCode: 'FA-100', family: 'faucet' }]]),
      codes: [{ family: 'faucet', code: 'F-1' }, { family: 'toilet', code: 'F-2' }],
    };
    const reasonOf = (serial: string, ...faultCodes: string[]) => refusalReason(() => checkNamed([{ serial, faultCodes }], known));
    expect([reasonOf('sn-1', 'F-1'), reasonOf('', 'F-1', 'F-2'), reasonOf('')]).toEqual([undefined, undefined, undefined]);
    expect([reasonOf('sn-2'), reasonOf('sn-1', 'F-2'), reasonOf('', 'F-3')]).toEqual(['SERIAL_UNKNOWN', 'FAULT_CODE_UNKNOWN', 'FAULT_CODE_UNKNOWN']);
  });
});
