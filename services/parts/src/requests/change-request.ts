import { PartsLineApprovedSchema } from '@aftercare/contracts';
import { isId, type SupplyKind } from '@aftercare/domain';
import { notFound } from '@aftercare/messaging';
import { findRows, updateRow, type Tx } from '@aftercare/service';
import { lockForChange } from '../documents.js';
import { pickApproved } from '../picking/make-picking.js';
import { PartsRequest, PartsRequestLine } from './parts-request.entity.js';
import { requestState } from './parts-request.rules.js';

/** A request with its lines in order, locked for a change. */
export interface LockedRequest {
  request: PartsRequest;
  lines: PartsRequestLine[];
}

const LOCK_SHARED = `
  select id from part
   where id in (select part_id from parts_request_line where request_id = $1 and ($2::uuid[] is null or id = any($2) or backordered_quantity > 0) union select unnest($3::uuid[]))
     and exists (select from parts_request_line where request_id = $1 and backordered_quantity > 0)
   order by id for no key update`;

/** What a command shares out: the parts of these lines, all of its request when null, and parts that it names besides. */
export interface Shared {
  lineIds: readonly string[] | null;
  partIds?: readonly string[];
}

/**
 * Parts come before requests: an arrival holds its parts and then changes the requests that wait for them. So who will share out parts
 * takes them before its request, where that waits for any; of another request no arrival takes hold.
 */
export async function lockShared(tx: Tx, requestId: string, { lineIds, partIds = [] }: Shared): Promise<void> {
  if (!isId(requestId)) return;
  await tx.sql({ name: 'parts_shared', text: LOCK_SHARED, values: [requestId, lineIds?.filter(isId) ?? null, partIds.filter(isId)] });
}

/** The request and its lines, locked and based on the version the caller saw; the parts that it will share out before it. Errors: NOT_FOUND, STALE_VERSION. */
export async function lockRequest(tx: Tx, wanted: { id: string; version: number }, shared?: Shared): Promise<LockedRequest> {
  if (shared) await lockShared(tx, wanted.id, shared);
  const request = await lockForChange(tx, PartsRequest, wanted, 'parts request');
  return { request, lines: await linesOf(tx, request.id) };
}

/** The lines of a request by position. */
export function linesOf(tx: Tx, requestId: string): Promise<PartsRequestLine[]> {
  return findRows(tx, PartsRequestLine, { by: 'requestId', is: requestId, order: 'position' });
}

/** The line of the request; one of another request is as missing as one that does not exist. */
export function lineOf(lines: readonly PartsRequestLine[], lineId: string): PartsRequestLine {
  const line = lines.find((each) => each.id === lineId);
  if (!line) throw notFound('parts request line');
  return line;
}

/** The named lines, each once and in the request's order; all must be its own. */
export function linesNamed(lines: readonly PartsRequestLine[], lineIds: readonly string[]): PartsRequestLine[] {
  const wanted = new Set(lineIds.map((id) => lineOf(lines, id).id));
  return lines.filter((line) => wanted.has(line.id));
}

/** P-4: saves changed lines and the state that follows from all of them; the version rises. */
export async function saveRequest(tx: Tx, { request, lines }: LockedRequest, changed: readonly PartsRequestLine[]): Promise<void> {
  request.state = requestState(lines.map((line) => line.state), request.submittedOn !== null);
  request.version += 1;
  await Promise.all([...changed.map((line) => updateRow(tx, PartsRequestLine, line)), updateRow(tx, PartsRequest, request)]);
}

/** How an approved line is supplied; frozen from here on (P-6). */
export interface Approval {
  line: PartsRequestLine;
  supplyKind: SupplyKind;
  returnDue: boolean;
}

/**
 * P-6, P-7: freezes supply kind and return due, reserves stock on picking orders and says so. The lines' new state has
 * been decided by the caller and is saved by it.
 */
export async function approveLines(tx: Tx, request: PartsRequest, approvals: readonly Approval[]): Promise<void> {
  if (approvals.length === 0) return;
  const short = await pickApproved(
    tx,
    { requestId: request.id, dealerId: request.dealerId, urgency: request.urgency },
    approvals.map(({ line }) => ({ lineId: line.id, partId: line.partId, quantity: line.quantity })),
  );
  const approvedAt = await tx.now();
  for (const { line, supplyKind, returnDue } of approvals) {
    Object.assign(line, { supplyKind, returnDue, approvedAt, backorderedQuantity: short.get(line.id) ?? 0 });
    await tx.announce(PartsLineApprovedSchema, {
      requestId: request.id,
      lineId: line.id,
      dealerId: request.dealerId,
      partId: line.partId,
      quantity: line.quantity,
      supplyKind,
      returnDue,
      callId: request.callId ?? '',
    });
  }
}
