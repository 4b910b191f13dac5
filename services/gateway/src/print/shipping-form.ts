import { ShippingService, type ShippingOrder } from '@aftercare/contracts';
import { localTime } from '@aftercare/domain';
import type { Bus } from '@aftercare/messaging';
import { fields, formPaper, type Field, type Paper } from './paper.js';
import { dealerOf, orderLines, piecesOf, requestNumberOf, siteOf } from './parts-papers.js';
import type { PrintRun } from './print-run.js';

const GRAMS_PER_KILOGRAM = 1_000;

/** X-1, P-8: 《售后服务发货单》: what is sent, from where, to where and by whom; the dealer counts on it what arrived. */
export async function shippingForm(bus: Bus, id: string, run: PrintRun): Promise<Paper> {
  const order = await bus.call(ShippingService.method.getShippingOrder, { id });
  const [dealer, warehouse, request] = await Promise.all([dealerOf(bus, order.dealerId, run), siteOf(bus, order.warehouseId, run), requestNumberOf(bus, order.requestId)]);
  return formPaper(run, {
    title: run.say('shippingForm'),
    number: order.number,
    path: `/shipping-orders/${id}`,
    body: [fields(run.say('basics'), basics(order, { dealer, warehouse, request }, run)), orderLines(order.lines, run, run.say('receivedByHand'))],
    notes: [run.say('shippingNote')],
    parties: ['copyDealer', 'copyWarehouse', 'copyManufacturer'],
    signatures: [run.say('signService'), run.say('signKeeper'), run.say('signReceiver')],
  });
}

function basics(order: ShippingOrder, names: { dealer: string; warehouse: string; request: string }, run: PrintRun): Field[][] {
  const time = (at: string): string => (at ? localTime(at, run.locale) : '');
  return [
    [[run.say('dealer'), names.dealer], [run.say('state'), run.word('shipping', order.state)]],
    [[run.say('warehouse'), names.warehouse], [run.say('requestNumber'), names.request]],
    [[run.say('deliveryAddress'), order.deliveryAddress]],
    [[run.say('plannedDate'), order.plannedDate], [run.say('agreedDate'), order.agreedDate]],
    [[run.say('carrier'), order.carrier], [run.say('waybillNumber'), order.waybillNumber]],
    [[run.say('parcels'), order.parcels > 0 ? String(order.parcels) : ''], [run.say('weightKilograms'), order.weightGrams > 0 ? String(order.weightGrams / GRAMS_PER_KILOGRAM) : '']],
    [[run.say('shippedAt'), time(order.shippedAt)], [run.say('deliveredAt'), time(order.deliveredAt)]],
    [[run.say('piecesTogether'), piecesOf(order.lines)], [run.say('lineCount'), String(order.lines.length)]],
  ];
}
