import {
  CallService, CallSummarySchema, PartsRequestService, ProductUnitService, UnitFileSchema, UnitPartSchema,
  type CallSummaryJson, type UnitFileJson, type UnitPartJson,
} from '@aftercare/contracts';
import type { Bus } from '@aftercare/messaging';
import { answerOf } from '../auth/auth.schemas.js';
import { allItems, type PageOf } from '../http/all-items.js';
import { messageRef } from '../http/endpoint.js';

/** A unit keeps far fewer calls than this; a file that is cut says so. */
const CALLS_MAX = 200;

/** What the three services know of a unit. */
export const unitFileAnswer = {
  allOf: [
    messageRef(UnitFileSchema),
    answerOf({ calls: { type: 'array', items: messageRef(CallSummarySchema) }, moreCalls: { type: 'boolean' }, parts: { type: 'array', items: messageRef(UnitPartSchema) } }),
  ],
};

/**
 * C-2: the file of a unit: first customers, where a foreign unit is not found, then its calls at repairs and its parts at
 * parts side by side. Each service answers what the caller may see there: a dealer its own steps, a technician its own calls.
 */
export async function unitFile(bus: Bus, id: string): Promise<object> {
  const file = parsed<UnitFileJson>(await bus.callJson(ProductUnitService.method.getUnitFile, { id }));
  const [calls, issued] = await Promise.all([
    allItems(CALLS_MAX, async (page) => parsed<PageOf<CallSummaryJson>>(await bus.callJson(CallService.method.listCalls, { unitId: id, page }))),
    bus.callJson(PartsRequestService.method.listUnitParts, { serial: file.unit?.serial ?? '' }),
  ]);
  return { ...file, calls: calls.items, moreCalls: calls.more, parts: parsed<{ items: UnitPartJson[] }>(issued).items };
}

const parsed = <T>(answer: Buffer): T => JSON.parse(answer.toString()) as T;
