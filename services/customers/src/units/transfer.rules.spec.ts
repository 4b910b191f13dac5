import { checkTransfer, requireTransferRole, type TransferringUnit } from './transfer.rules.js';

const refusal = (reason: string): Error => expect.objectContaining({ reason }) as Error;
const unit: TransferringUnit = { dispatchedOn: '2024-01-10', purchaseDate: '2024-03-15', sold: true, sale: { dealerId: 'd1', ownerId: 'c1' }, lastTransferOn: null };
const to = { id: 'c2', dealerId: 'd1' };
const transfer = { transferredOn: '2024-03-15', reason: '房屋转让' };
const today = '2026-11-26';

describe('a transfer of ownership', () => {
  it('C-2: hands a sold unit to another customer of the same dealer', () => {
    expect(() => checkTransfer(unit, to, transfer, today)).not.toThrow();
    expect(() => checkTransfer({ ...unit, sold: false, sale: null }, to, transfer, today)).toThrow(refusal('UNIT_NOT_SOLD'));
    expect(() => checkTransfer({ ...unit, sale: null }, to, transfer, today)).toThrow(refusal('UNIT_SOLD_ELSEWHERE'));
    expect(() => checkTransfer(unit, { ...to, id: 'c1' }, transfer, today)).toThrow(refusal('OWNER_UNCHANGED'));
    expect(() => checkTransfer(unit, { ...to, dealerId: 'd2' }, transfer, today)).toThrow(refusal('DEALER_MISMATCH'));
  });

  it('C-2: on a real day between the sale and today, in order', () => {
    const on = (transferredOn: string, given: Partial<TransferringUnit> = {}) => () => checkTransfer({ ...unit, ...given }, to, { ...transfer, transferredOn }, today);
    expect(on(today)).not.toThrow();
    expect(on('2024-02-30')).toThrow(refusal('INVALID_DATE'));
    expect(on('2026-11-27')).toThrow(refusal('DATE_IN_FUTURE'));
    expect(on('2024-03-14')).toThrow(refusal('DATE_BEFORE_SALE'));
    expect(on('2024-03-14', { purchaseDate: null })).not.toThrow();
    expect(on('2024-01-09', { purchaseDate: null })).toThrow(refusal('DATE_BEFORE_SALE'));
    expect(on('2025-01-01', { lastTransferOn: '2025-01-01' })).not.toThrow();
    expect(on('2025-01-01', { lastTransferOn: '2025-01-02' })).toThrow(refusal('DATE_BEFORE_TRANSFER'));
  });

  it('C-2: says why, and is the dealer’s people’s or the clerk’s to do', () => {
    expect(() => checkTransfer(unit, to, { ...transfer, reason: ' ' }, today)).toThrow(refusal('REASON_MISSING'));
    for (const role of ['dealer_manager', 'dealer_technician', 'service_clerk']) expect(() => requireTransferRole(role)).not.toThrow();
    for (const role of ['service_supervisor', 'warehouse_keeper', 'auditor']) expect(() => requireTransferRole(role)).toThrow(refusal('ROLE_NOT_ALLOWED'));
  });
});
