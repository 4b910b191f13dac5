import { explainEnd, holdsOf, type EndTold, type StillOpen } from './explain.rules.js';

const end = (given: Partial<EndTold>): EndTold => ({ kind: 'returned', quantity: 4, at: '2026-03-20T02:00:00.000Z', documentKind: 'return_parcel', documentNumber: 'RT-2026-000001', basis: '', reason: '', ...given });
const open: StillOpen = { dueOn: '2026-04-05', parcels: [], stocktake: null, extension: null };

describe('H-1: why is this still on my list', () => {
  it('H-1: each end names its day, its document and why, in both languages', () => {
    expect(explainEnd(end({}))).toEqual({
      sentenceZh: '2026-03-20：退回 4 件，退料单 RT-2026-000001。', sentenceEn: '2026-03-20: 4 came back with return RT-2026-000001.',
    });
    expect(explainEnd(end({ kind: 'charged', quantity: 1, documentNumber: 'CS-2026-000009', basis: 'stocktake_deficit' })).sentenceZh)
      .toBe('2026-03-20：1 件转收费（盘亏），收费单 CS-2026-000009。');
    expect(explainEnd(end({ kind: 'excused', quantity: 1, basis: 'approval', reason: '火灾' })))
      .toEqual({ sentenceZh: '2026-03-20：免退 1 件（主管批准）。原因：火灾', sentenceEn: '2026-03-20: 1 were excused (approved by the supervisor). Why: 火灾' });
  });

  it('H-1: the day of an end is the local one', () => {
    expect(explainEnd(end({ at: '2026-03-31T16:00:00.000Z' })).sentenceEn).toMatch(/^2026-04-01: /);
  });

  it('H-1, X-9: an opening entry that was reversed says so', () => {
    expect(explainEnd(end({ kind: 'shortage', documentKind: 'opening_document', documentNumber: 'OD-2026-000001' })).sentenceEn).toContain('the opening entry of 4 was reversed by document OD-2026-000001');
  });

  it('H-1: a number its reader may not see is left out', () => {
    expect(explainEnd(end({ kind: 'charged', basis: 'misuse', documentNumber: '' })).sentenceEn).toContain('(misuse) by slip –');
  });

  it('H-1: what keeps pieces on the list: no delivery, a later due date, a parcel on its way, a stocktake', () => {
    expect(holdsOf(open)).toEqual([]);
    const stocktake = { id: 's', number: 'ST-2026-000001', state: 'open', returnUntil: '2026-04-30', objectUntil: null };
    const codes = holdsOf({ dueOn: null, parcels: [{ id: 'p', number: 'RT-2026-000002' }], stocktake, extension: { toDueOn: '2026-05-01', reason: 'r' } }).map(({ code }) => code);
    expect(codes).toEqual(['not_delivered', 'extended', 'on_the_way', 'in_stocktake']);
    expect(holdsOf({ ...open, stocktake })[0].sentenceEn).toBe('It is in stocktake ST-2026-000001: return it by 2026-04-30.');
    expect(holdsOf({ ...open, stocktake: { ...stocktake, state: 'closed', objectUntil: '2026-05-08' } })[0].sentenceZh).toContain('异议截止 2026-05-08');
  });
});
