import type { ListMovementsRequest } from '@aftercare/contracts';
import { Conditions, listStatement, type ListOrder, type Page, type Statement } from '@aftercare/service';
import { filterId } from '../documents.js';

const NEWEST: ListOrder = { by: 'r.at', direction: 'desc', type: 'timestamptz' };

const MOVEMENT = `r.id, iso(r.at) as key,
  json_build_object('id', r.id, 'at', iso(r.at), 'partId', r.part_id, 'quantity', r.quantity, 'fromAccount', r.from_account,
    'toAccount', r.to_account, 'kind', r.kind, 'documentKind', r.document_kind, 'documentId', r.document_id)::text as item`;

/** Movements, newest first; of an account what left it and what came to it, which no movement does both. */
export function movements(request: ListMovementsRequest, page: Page): Statement {
  const where = new Conditions().when(filterId(request.partId, 'partId'), 'p', (id) => `r.part_id = ${id}::uuid`);
  if (request.account !== '') where.either('a', (account) => [`r.from_account = ${account}`, `r.to_account = ${account}`], request.account);
  return listStatement({ name: 'movements', table: 'stock_movement', order: NEWEST, where, page, columns: MOVEMENT });
}
