import { addMonths, businessDate } from '@aftercare/domain';
import { chargedLoop } from './charged.js';
import { coveredLoop } from './covered.js';
import type { LoopResult, Stage } from './loop.js';

/** The name, phone and address by which the tests look for personal data where it must not be. */
export const CANARY = { name: '金丝雀测试', phone: '13777770001', address: '金丝雀路7号' };

/** The story, twice: once covered, once out of warranty. */
export async function bothLoops(stage: Stage & { serials: string[] }): Promise<{ covered: LoopResult; charged: LoopResult & { slipId: string; invoiceId: string } }> {
  const [first = '', second = ''] = stage.serials;
  const today = businessDate(new Date());
  const covered = await coveredLoop(stage, {
    customerId: '', unitId: '', serial: first, customerName: CANARY.name, customerPhone: CANARY.phone, address: CANARY.address,
    purchaseDate: addMonths(today, -3),
  });
  const charged = await chargedLoop(stage, {
    customerId: '', unitId: '', serial: second, customerName: '王小明', customerPhone: '13912345678', purchaseDate: addMonths(today, -20),
  });
  return { covered, charged };
}
