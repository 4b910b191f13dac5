import { Injectable } from '@nestjs/common';
import { NoticeRequestedSchema } from '@aftercare/contracts';
import { endOfDay } from '@aftercare/domain';
import { OnDeadline, type Deadline } from '@aftercare/messaging';
import { txOf, type Tx } from '@aftercare/service';
import type { EntityManager } from 'typeorm';
import { notify } from '../notices.js';
import { PartsRequest, type PartsRequestLine } from './parts-request.entity.js';

/** Deadline kind: the last day of a quote is over; its payload says of which request and day (P-5). */
const QUOTE_DEADLINE = 'quote-expired';

const UNANSWERED = `select count(*)::int as lines from parts_request_line where request_id = $1 and state = 'quoted' and quote_valid_until = $2::date`;

/** P-5: quotes wait for the dealer's answer until their last day is over. */
export async function awaitAnswer(tx: Tx, requestId: string, lines: readonly Pick<PartsRequestLine, 'state' | 'quoteValidUntil'>[]): Promise<void> {
  const days = new Set(lines.flatMap(({ state, quoteValidUntil }) => (state === 'quoted' && quoteValidUntil !== null ? [quoteValidUntil] : [])));
  for (const day of days) await tx.deadline({ kind: QUOTE_DEADLINE, ref: `${requestId} ${day}`, dueAt: endOfDay(day), payload: { requestId, day } });
}

/** P-5: a quote that nobody answered has run out: its dealer, who asked, and the clerk who quotes anew are told. */
@Injectable()
export class QuoteDeadlines {
  @OnDeadline(QUOTE_DEADLINE)
  async expired({ payload }: Deadline, em: EntityManager): Promise<void> {
    const tx = txOf(em);
    const { requestId, day } = payload as { requestId: string; day: string };
    const [{ lines }] = await tx.sql<{ lines: number }>({ name: 'quotes_unanswered', text: UNANSWERED, values: [requestId, day] });
    if (lines === 0) return;
    const { id, number, dealerId, requestedBy } = await em.findOneByOrFail(PartsRequest, { id: requestId });
    const document = { kind: 'parts-request', id, number: number ?? '' };
    const about = { kind: 'parts.quote_expired', document, severity: 'warning' as const, params: { lines, day } };
    await notify(tx, { ...about, role: 'dealer_manager', dealerId });
    await notify(tx, { ...about, role: 'service_clerk' });
    await tx.announce(NoticeRequestedSchema, {
      kind: about.kind, recipientUserId: requestedBy, documentKind: document.kind, documentId: id, documentNumber: document.number, severity: about.severity, params: JSON.stringify(about.params),
    });
  }
}
