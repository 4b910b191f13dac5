import { CALL_STATES, refusalReason } from '@aftercare/domain';
import { corrected, CORRECTABLE, refuseCorrecting, tracesOf, type CallEntries } from './correction.rules.js';

const intake = { when: '', where: '', who: '', what: '', howMany: '', why: '', degree: '' };
const present: CallEntries = {
  channel: 'phone', customerId: '', unitId: '', unitSerial: 'SN-7', unitDescription: '', contactName: '王小明', contactPhone: '139', regionCode: '310104',
  addressDetail: '中山西路', symptoms: '滴水', intake, wishedFrom: '', wishedTo: '',
};
const given: CallEntries = {
  channel: 'hotline', customerId: 'c', unitId: 'u', unitSerial: 'SN-8', unitDescription: '龙头', contactName: '王晓明', contactPhone: '138', regionCode: '330106',
  addressDetail: '文三路', symptoms: '异响', intake: { ...intake, when: '昨晚' }, wishedFrom: 'a', wishedTo: 'b',
};

describe('the correction of a wrong entry', () => {
  it('R-11: is possible until the call is filed, and while it has its person', () => {
    const refused = CALL_STATES.filter((state) => refusalReason(() => refuseCorrecting(state, false)) === 'STEP_NOT_ALLOWED');
    expect(refused).toEqual(['filed', 'cancelled']);
    expect(refusalReason(() => refuseCorrecting('received', true))).toBe('CUSTOMER_ANONYMISED');
  });

  it('R-11: touches what is named and nothing else', () => {
    expect(corrected(present, given, ['contactName'])).toEqual({ ...present, contactName: '王晓明' });
    expect(corrected(present, given, ['unit'])).toEqual({ ...present, unitId: 'u', unitSerial: 'SN-8', unitDescription: '龙头' });
    expect(corrected(present, given, [...CORRECTABLE])).toEqual(given);
    expect(refusalReason(() => corrected(present, given, []))).toBe('FIELD_MISSING');
    expect(refusalReason(() => corrected(present, given, ['state']))).toBe('FIELD_UNKNOWN');
  });

  it('R-11, C-5: takes nothing back in the form in which it was read masked', () => {
    const masked = { ...given, contactName: '王**', contactPhone: '****39', addressDetail: '中山****' };
    const refused = (field: string) => refusalReason(() => corrected(present, masked, [field]));
    expect(['contactName', 'contactPhone', 'address', 'symptoms'].map(refused)).toEqual(['VALUE_MASKED', 'VALUE_MASKED', 'VALUE_MASKED', undefined]);
  });

  it('R-11, C-5: leaves a trace of every former value; what names or was written by a person stands apart', () => {
    const traces = tracesOf(present, corrected(present, given, ['contactPhone', 'channel', 'address']));
    expect(traces).toEqual({
      changed: { channel: { before: 'phone', after: 'hotline' }, regionCode: { before: '310104', after: '330106' } },
      personal: { contactPhone: { before: '139', after: '138' }, addressDetail: { before: '中山西路', after: '文三路' } },
    });
    expect(Object.keys(tracesOf(present, given).personal)).toEqual(['unitSerial', 'unitDescription', 'contactName', 'contactPhone', 'addressDetail', 'symptoms', 'intake']);
    expect(refusalReason(() => tracesOf(present, { ...present }))).toBe('NOTHING_CHANGED');
  });
});
