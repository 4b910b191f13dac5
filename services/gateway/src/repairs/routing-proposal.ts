import { CallService, ProductUnitService, RoutingService, TerritoryService } from '@aftercare/contracts';
import { serialText } from '@aftercare/domain';
import { ServiceError, type Bus } from '@aftercare/messaging';
import { answerOf } from '../auth/auth.schemas.js';
import { routingProposals, type Proposal, type RoutedCall } from './routing-proposal.rules.js';

const text = { type: 'string' };
const count = { type: 'integer' };

export const routingProposalAnswer = answerOf({
  items: {
    type: 'array',
    items: answerOf({
      dealerId: text, code: text, name: text, nameEn: text, status: text, reasons: { type: 'array', items: text }, openCalls: count, overdueCalls: count,
    }),
  },
});

/** The states in which a call can be routed. */
const ROUTABLE = ['new', 'received', 'assigned', 'on_site'];

/** To whom a call might be given: its unit from customers, dealers by territory from dealers, open work from repairs. A proposal, the clerk decides. */
export async function routingProposal(bus: Bus, id: string): Promise<{ items: Proposal[] }> {
  const { state, regionCode, unitId, unitSerial } = await bus.call(CallService.method.getCall, { id });
  if (!ROUTABLE.includes(state)) return { items: [] };
  const call: RoutedCall = { regionCode, ...(await dealersOfUnit(bus, { unitId, unitSerial })) };
  const named = [call.soldBy, call.dispatchedTo].filter((dealerId) => dealerId !== '');
  const { items: takers } = await bus.call(TerritoryService.method.listCallTakers, { regionCode, dealerIds: named });
  const { items: work } = await bus.call(RoutingService.method.countOpenWork, { dealerIds: takers.map((taker) => taker.id) });
  return { items: routingProposals(call, takers, new Map(work.map((each) => [each.dealerId, each]))) };
}

/** Who dispatched and sold the call's unit; nobody where no unit is known. */
async function dealersOfUnit(bus: Bus, { unitId, unitSerial }: { unitId: string; unitSerial: string }): Promise<Pick<RoutedCall, 'soldBy' | 'dispatchedTo'>> {
  const unknown = { soldBy: '', dispatchedTo: '' };
  if (unitId === '' && unitSerial === '') return unknown;
  try {
    const id = unitId || (await idOfSerial(bus, unitSerial));
    if (id === '') return unknown;
    const unit = await bus.call(ProductUnitService.method.getUnit, { id });
    return { soldBy: unit.sellingDealerId, dispatchedTo: unit.dealerId };
  } catch (error) {
    if (error instanceof ServiceError && error.code === 'not_found') return unknown;
    throw error;
  }
}

/** A call may name its unit by the serial alone. */
async function idOfSerial(bus: Bus, serial: string): Promise<string> {
  const wanted = serialText(serial);
  const { items } = await bus.call(ProductUnitService.method.listUnits, { serialFrom: wanted, serialTo: wanted, page: { limit: 1 } });
  return items[0]?.id ?? '';
}
