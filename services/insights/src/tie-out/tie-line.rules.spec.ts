import {
  ChargeSlipConfirmedSchema, ChargeSlipReversedSchema, ObligationOpenedSchema, ObligationSettledSchema, PartsReceivedSchema, PartsShippedSchema, ReturnAcceptedSchema, ReturnCreditChangedSchema,
  ShortageAgreedSchema,
} from '@aftercare/contracts';
import { create } from '@bufbuild/protobuf';
import { lineCredit, lineOpened, linesAccepted, linesConfirmed, lineSettled, lineShort, linesMissing, linesReversed, linesShipped, type TieLine } from './tie-line.rules.js';

const at = '2026-03-31T16:30:00.000Z';
const short = ({ term, pieces, amount, net, link, month }: TieLine) => [term, pieces, amount, net, link, month];
const owner = { dealerId: 'A', month: '2026-03' };

describe('H-8: an event becomes lines of the lists', () => {
  it('P-13: a shipped line is charged, has a return due, or is free without one; a charged one is linked with its slip, another with itself', () => {
    const event = create(PartsShippedSchema, {
      ...owner, shippingOrderId: 'SO', number: 'SO-1', shippedAt: at, lines: [
        { shippingLineId: 'l1', partId: 'P', quantity: 10, supplyKind: 'warranty', returnDue: true }, { shippingLineId: 'l2', partId: 'P', quantity: 2, supplyKind: 'gift' },
        { shippingLineId: 'l3', partId: 'P', quantity: 3, supplyKind: 'charged', chargeSlipId: 's', chargeSlipLineId: 'sl', reason: 'term_over', revenueNet: '37.04' },
        { shippingLineId: 'l4', partId: 'P', quantity: 1, supplyKind: 'special' },
      ],
    });
    expect(linesShipped(event).map(short)).toEqual([
      ['shipped_due', 10, '0.00', '0.00', 'l1', '2026-03'], ['shipped_free', 2, '0.00', '0.00', 'l2', '2026-03'], ['shipped_charged', 3, '37.04', '0.00', 'sl', '2026-03'], ['shipped_free', 1, '0.00', '0.00', 'l4', '2026-03'],
    ]);
    expect(linesShipped(event)[2]).toMatchObject({ key: 'l3', reason: 'term_over', documentKind: 'shipping_order', documentId: 'SO', documentNumber: 'SO-1' });
  });

  it('P-8: what was missing may ship once more; an agreed shortage is charged or free; of an obligation its settlement tells it', () => {
    const missing = linesMissing(create(PartsReceivedSchema, { shippingOrderId: 'SO', dealerId: 'A', lines: [{ shippingLineId: 'l1', partId: 'P', missingQuantity: 1 }, { shippingLineId: 'l2', partId: 'P' }] }), at);
    // The local month of the moment.
    expect(missing.map(short)).toEqual([['missing', 1, '0.00', '0.00', 'l1', '2026-04']]);
    const agreed = (supplyKind: string) => lineShort(create(ShortageAgreedSchema, { ...owner, discrepancyId: 'D', shippingLineId: 'l1', partId: 'P', quantity: 1, supplyKind }), at);
    expect([agreed('charged').term, agreed('gift').term]).toEqual(['shortage_charged', 'shortage_free']);
  });

  it('H-1, X-9: an obligation is of a shipment, linked with its line, or of an opening, which a reversal lowers', () => {
    const opened = (more: object) => lineOpened(create(ObligationOpenedSchema, { ...owner, obligationId: 'o', partId: 'P', quantity: 7, ...more }), at);
    expect(short(opened({ shippingOrderId: 'SO', shippingLineId: 'l1' }))).toEqual(['opened', 7, '0.00', '0.00', 'l1', '2026-03']);
    expect(opened({ openingDocumentId: 'OP' })).toMatchObject({ term: 'opening', documentKind: 'opening_document', documentId: 'OP' });
    const settled = (kind: string, documentKind: string) => lineSettled(create(ObligationSettledSchema, { ...owner, obligationId: 'o', settlementId: 's', partId: 'P', kind, quantity: 2, documentKind, documentId: 'D' }), at);
    expect([settled('shortage', 'opening_document'), settled('shortage', 'discrepancy')].map(({ term, pieces }) => [term, pieces])).toEqual([['opening', -2], ['shortage_due', 2]]);
    expect(['returned', 'charged', 'excused', 'credit', 'conversion_reversed', 'return_reversed', 'credit_reversed', 'excuse_reversed'].map((kind) => settled(kind, 'x').term)).toEqual(
      ['settled_returned', 'settled_charged', 'settled_excused', 'settled_credit', 'undone_charged', 'undone_returned', 'undone_credit', 'undone_excused'],
    );
    expect([settled('returned', 'return_parcel').link, settled('charged', 'charge_slip').link]).toEqual(['o', 'D P']);
    expect(() => settled('of_tomorrow', 'x')).toThrow(RangeError);
  });

  it('H-5, H-7: accepted pieces stand under the part that they met; credit is kept or used', () => {
    const lines = linesAccepted(create(ReturnAcceptedSchema, {
      ...owner, acceptanceId: 'a', parcelId: 'RP', number: 'RP-1', lines: [
        { countedPartId: 'N', partId: 'P', quantity: 2, outcome: 'met', obligationId: 'o' }, { countedPartId: 'N', partId: 'P', quantity: 1, outcome: 'late', obligationId: 'o2' }, { countedPartId: 'N', partId: 'N', quantity: 4, outcome: 'surplus' },
      ],
    }), at);
    expect(lines.map(({ term, key, partId, pieces, link }) => [term, key, partId, pieces, link])).toEqual([
      ['returned_met', 'a 1', 'P', 2, 'o'], ['returned_late', 'a 2', 'P', 1, 'o2'], ['returned_surplus', 'a 3', 'N', 4, 'RP N'],
    ]);
    const credit = (quantity: number) => lineCredit(create(ReturnCreditChangedSchema, { ...owner, creditId: 'c', partId: 'N', quantity, documentId: 'RP' }), at);
    expect([credit(4), credit(-4)].map(({ term, pieces, link }) => [term, pieces, link])).toEqual([['credit_kept', 4, 'RP N'], ['credit_used', 4, 'RP N']]);
  });

  it('F-1, F-8: lines of a request wait for their shipment; conversions and manual lines are revenue at once; a reimbursement is in no list', () => {
    const slip = (origin: string, originKind: string, more: object = {}) => linesConfirmed(create(ChargeSlipConfirmedSchema, {
      ...owner, slipId: 'S', number: 'CS-1', direction: 'charge', origin, confirmedAt: at, lines: [{ lineId: 'sl', partId: 'P', quantity: 3, netAmount: '37.04', originKind, revenueNet: origin === 'request' ? '0.00' : '37.04' }], ...more,
    })).map(short);
    expect(slip('request', 'parts_request_line')).toEqual([['slip_line', 3, '0.00', '37.04', 'sl', '2026-03']]);
    expect([...slip('stocktake', 'stocktake_line'), ...slip('exclusion', 'obligation')].map(([term, , amount, , link]) => [term, amount, link])).toEqual([['converted', '37.04', 'S P'], ['converted', '37.04', 'S P']]);
    expect(slip('manual', 'shipping_line')).toEqual([['manual', 3, '37.04', '37.04', 'sl', '2026-03']]);
    expect(slip('reimbursement', 'reimbursement', { direction: 'reimbursement' })).toEqual([]);
  });

  it('F-5, F-8: a reversal takes back what had been revenue; of a request the rest of it never ships, of a conversion its pieces are owed or returned', () => {
    const reversed = (origin: string, originKind: string, revenue: { revenueNet: string; revenueQuantity: number }) => linesReversed(create(ChargeSlipReversedSchema, {
      ...owner, slipId: 'S', reversingSlipId: 'R', reversingNumber: 'CS-2', direction: 'charge', origin, reversedAt: at, lines: [{ lineId: 'sl', partId: 'P', quantity: 2, netAmount: '24.69', originKind, ...revenue }],
    })).map(({ term, pieces, amount, net, link }) => [term, pieces, amount, net, link]);
    expect(reversed('request', 'parts_request_line', { revenueNet: '12.34', revenueQuantity: 1 })).toEqual([['revenue_reversed', 1, '12.34', '12.34', 'sl'], ['slip_reversed', 1, '0.00', '24.69', 'sl']]);
    expect(reversed('request', 'parts_request_line', { revenueNet: '0.00', revenueQuantity: 0 })).toEqual([['slip_reversed', 2, '0.00', '24.69', 'sl']]);
    expect(reversed('stocktake', 'stocktake_line', { revenueNet: '24.69', revenueQuantity: 2 })).toEqual([['revenue_reversed', 2, '24.69', '24.69', 'sl'], ['conversion_reversed', 2, '0.00', '0.00', 'R P']]);
    expect(reversed('manual', 'manual', { revenueNet: '24.69', revenueQuantity: 2 })).toEqual([['revenue_reversed', 2, '24.69', '24.69', 'sl']]);
  });
});
