import { assertWrongPartRole, checkCarryingOut, checkInstruction, wrongPartRefusal, wrongPartSteps } from './wrong-part.rules.js';

const refusing = (reason: string) => expect.objectContaining({ reason });
const nothing = { carrier: '', waybillNumber: '', condition: '' };

describe('H-5: a wrong part waits for the dealer’s instruction', () => {
  it('H-5: waiting, instructed, done, or withdrawn by a correction; the word may change until it is carried out', () => {
    expect([wrongPartSteps.unreachable(), wrongPartSteps.deadEnds()]).toEqual([[], []]);
    expect(wrongPartSteps.next('instruct', 'instructed')).toBe('instructed');
    expect(() => wrongPartSteps.next('carry-out', 'waiting')).toThrow(refusing('STEP_NOT_ALLOWED'));
  });

  it('H-5: the dealer’s manager instructs and the warehouse carries out; each answers why the other may not', () => {
    expect(wrongPartRefusal('instruct', 'waiting', 'dealer_manager')).toBeUndefined();
    expect(wrongPartRefusal('instruct', 'done', 'dealer_manager')).toBe('STEP_NOT_ALLOWED');
    expect(wrongPartRefusal('carry-out', 'instructed', 'dealer_manager')).toBe('ROLE_NOT_ALLOWED');
    expect(() => assertWrongPartRole('instruct', 'warehouse_keeper')).toThrow(refusing('ROLE_NOT_ALLOWED'));
  });

  it('H-5: sent back with a waybill, scrapped, or kept in a condition that says where it goes', () => {
    expect(checkInstruction('send_back')).toBe('send_back');
    expect(() => checkInstruction('sell')).toThrow(refusing('INSTRUCTION_UNKNOWN'));
    expect(checkCarryingOut('send_back', { ...nothing, carrier: 'SF', waybillNumber: '1' })).toBeNull();
    expect(() => checkCarryingOut('send_back', nothing)).toThrow(refusing('WAYBILL_MISSING'));
    expect(checkCarryingOut('scrap', nothing)).toBeNull();
    expect(checkCarryingOut('keep', { ...nothing, condition: 'reusable' })).toBe('reusable');
    for (const condition of ['', 'wrong_part']) expect(() => checkCarryingOut('keep', { ...nothing, condition })).toThrow(refusing('CONDITION_MISSING'));
  });
});
