import { PickingService, type PickingOrder } from '@aftercare/contracts';
import { localTime } from '@aftercare/domain';
import { ServiceError, type Bus } from '@aftercare/messaging';
import { fields, formPaper, type Field, type Paper } from './paper.js';
import { dealerOf, orderLines, piecesOf, requestNumberOf, siteOf } from './parts-papers.js';
import type { PrintRun } from './print-run.js';

/** States in which the order is locked, so that the paper says what it will say tomorrow. */
const LOCKED = ['printed', 'picked'];

/** X-1, P-7, P-10: 《售后服务领料单》, of a locked order only: what lies on paper does not change any more. Errors: NOT_FOUND, PICKING_NOT_PRINTED. */
export async function pickingForm(bus: Bus, id: string, run: PrintRun): Promise<Paper> {
  const order = await bus.call(PickingService.method.getPickingOrder, { id });
  if (!LOCKED.includes(order.state)) throw new ServiceError('failed_precondition', 'PICKING_NOT_PRINTED', 'The picking order is not locked by printing.');
  const [dealer, warehouse, request] = await Promise.all([dealerOf(bus, order.dealerId, run), siteOf(bus, order.warehouseId, run), requestNumberOf(bus, order.requestId)]);
  return formPaper(run, {
    title: run.say('pickingForm'),
    number: order.number,
    path: `/picking-orders/${id}`,
    body: [fields(run.say('basics'), basics(order, { dealer, warehouse, request }, run)), orderLines(order.lines, run, run.say('pickedByHand'))],
    notes: [run.say('pickingNote')],
    parties: ['copyWarehouse', 'copyManufacturer', 'copyFinance'],
    signatures: [run.say('signService'), run.say('signKeeper'), run.say('signCheckedBy')],
  });
}

function basics(order: PickingOrder, names: { dealer: string; warehouse: string; request: string }, run: PrintRun): Field[][] {
  return [
    [[run.say('dealer'), names.dealer], [run.say('state'), run.word('picking', order.state)]],
    [[run.say('warehouse'), names.warehouse], [run.say('urgency'), run.word('urgency', order.urgency)]],
    [[run.say('requestNumber'), names.request], [run.say('madeAt'), localTime(order.createdAt, run.locale)]],
    [[run.say('piecesTogether'), piecesOf(order.lines)], [run.say('lineCount'), String(order.lines.length)]],
  ];
}
