import { CallService, DocumentRefSchema, PartsRequestService, type DocumentRefJson } from '@aftercare/contracts';
import { ServiceError, type Bus } from '@aftercare/messaging';
import { messageRef } from '../http/endpoint.js';
import type { RequestPartsDto } from './call-parts.dto.js';

const parts = PartsRequestService.method;

/** The parts request that was opened. */
export const partsRequestAnswer = messageRef(DocumentRefSchema);

/**
 * Opens a parts request that carries the call and its dealer, and hands it in unless it stays a draft. First
 * the call at repairs, where a foreign one is not found; what may be asked for is the answer of parts. The same key opens and
 * hands in once. Errors: NOT_FOUND, STEP_NOT_ALLOWED while no dealer has the call, CALL_CLOSED
 * once it was cancelled before one had it, and those of both rpcs.
 */
export async function requestParts(bus: Bus, id: string, { draft, lines, ...body }: RequestPartsDto): Promise<Buffer> {
  const call = await bus.call(CallService.method.getCallFacts, { id });
  if (call.dealerId === '') throw noDealer(call.state);
  const answer = await bus.callJson(parts.createPartsRequest, {
    ...body, purpose: 'repair', callId: id, dealerId: call.dealerId, lines,
  });
  if (draft) return answer;
  const request = JSON.parse(answer.toString()) as DocumentRefJson;
  return bus.callJson(parts.submitPartsRequest, { id: request.id, version: request.version });
}

function noDealer(state: string): ServiceError {
  if (state === 'new') return new ServiceError('failed_precondition', 'STEP_NOT_ALLOWED', 'No dealer has this call yet.', { action: 'request-parts', state });
  return new ServiceError('failed_precondition', 'CALL_CLOSED', 'The call takes no more parts.', { state });
}
