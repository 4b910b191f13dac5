import { assertEndable, checkExclusion, checkExcuse, checkExtension, checkPieces, obligationRefusal } from './obligation-end.rules.js';

const photo = [{ id: 'p', sha256: 's' }];
const refusing = (reason: string) => expect.objectContaining({ reason });
const open = { outstanding: 2, dueOn: '2026-04-05' };

describe('H-1: pieces are excused', () => {
  it('H-1: by a rule or an approval, with reason and evidence', () => {
    expect(checkExcuse({ basis: 'lost_in_transit', reason: 'carrier says so', evidence: photo })).toBe('lost_in_transit');
    expect(checkExcuse({ basis: 'approval', reason: 'burnt', evidence: photo })).toBe('approval');
    expect(() => checkExcuse({ basis: 'kindness', reason: 'x', evidence: photo })).toThrow(refusing('EXCUSE_BASIS_UNKNOWN'));
    expect(() => checkExcuse({ basis: 'approval', reason: ' ', evidence: photo })).toThrow(refusing('REASON_MISSING'));
    expect(() => checkExcuse({ basis: 'approval', reason: 'x', evidence: [] })).toThrow(refusing('EVIDENCE_MISSING'));
  });
});

describe('H-1: a due date is put off', () => {
  const present = { dueOn: '2026-04-05', today: '2026-04-10' };

  it('H-1: to a later day that has not passed, within a year, with a reason', () => {
    expect(() => checkExtension({ dueOn: '2026-04-10', reason: 'strike' }, present)).not.toThrow();
    expect(() => checkExtension({ dueOn: '2026-04-09', reason: 'strike' }, present)).toThrow(refusing('DATE_INVALID'));
    expect(() => checkExtension({ dueOn: '2026-04-05', reason: 'strike' }, { ...present, today: '2026-03-01' })).toThrow(refusing('DATE_INVALID'));
    expect(() => checkExtension({ dueOn: '2026-02-30', reason: 'strike' }, present)).toThrow(refusing('DATE_INVALID'));
    expect(() => checkExtension({ dueOn: '2028-04-10', reason: 'strike' }, present)).toThrow(refusing('DATE_TOO_FAR'));
    expect(() => checkExtension({ dueOn: '2026-05-01', reason: '' }, present)).toThrow(refusing('REASON_MISSING'));
  });

  it('H-1: nothing is put off before its delivery or after its end', () => {
    expect(() => assertEndable('extend', { outstanding: 1, dueOn: null })).toThrow(refusing('NOT_DELIVERED'));
    expect(() => assertEndable('excuse', { outstanding: 1, dueOn: null })).not.toThrow();
    expect(() => assertEndable('charge', { outstanding: 0, dueOn: '2026-04-05' })).toThrow(refusing('NOTHING_OUTSTANDING'));
  });
});

describe('F-1: an exclusion found after the fact', () => {
  it('F-1, W-5: of the closed list, with its cause and a photo', () => {
    expect(checkExclusion({ exclusion: 'misuse', cause: 'opened by force', evidence: photo })).toBe('misuse');
    expect(() => checkExclusion({ exclusion: 'bad_luck', cause: 'x', evidence: photo })).toThrow(refusing('EXCLUSION_UNKNOWN'));
    expect(() => checkExclusion({ exclusion: 'misuse', cause: '', evidence: photo })).toThrow(refusing('EVIDENCE_MISSING'));
    expect(() => checkExclusion({ exclusion: 'misuse', cause: 'x', evidence: [] })).toThrow(refusing('EVIDENCE_MISSING'));
  });

  it('H-1: pieces are whole and at least one', () => {
    expect(() => checkPieces(1)).not.toThrow();
    for (const wrong of [0, -1, 1.5]) expect(() => checkPieces(wrong)).toThrow(refusing('QUANTITY_INVALID'));
  });
});

it('H-1: the supervisor excuses and extends, the clerk charges an exclusion; a button says why not', () => {
  expect(obligationRefusal('excuse', open, 'service_supervisor')).toBeUndefined();
  expect(obligationRefusal('extend', open, 'service_clerk')).toBe('ROLE_NOT_ALLOWED');
  expect(obligationRefusal('charge', open, 'service_clerk')).toBeUndefined();
  expect(obligationRefusal('charge', open, 'dealer_manager')).toBe('ROLE_NOT_ALLOWED');
  expect(obligationRefusal('charge', { outstanding: 0, dueOn: null }, 'service_clerk')).toBe('NOTHING_OUTSTANDING');
});
