import { Controller } from '@nestjs/common';
import { CallQuoteService, FeeService, type AnswerQuoteRequest, type QuoteFeesRequest } from '@aftercare/contracts';
import { isId, newId, Refusal } from '@aftercare/domain';
import { Bus, Rpc, type CallContext, type Handlers } from '@aftercare/messaging';
import { Database, insertRow, seen, type Tx } from '@aftercare/service';
import { CALL_KIND, callForChange, note, refOf } from '../calls/call-change.js';
import { refuseAnsweringQuote, refuseNotAtDealer } from '../calls/call.rules.js';
import { RepairCall } from '../calls/call.entity.js';
import { knownParts } from '../calls/named-parts.js';
import { refuseUnknownParts } from '../calls/named-parts.rules.js';
import { CallQuoteRow } from './call-quote.entity.js';
import { ownsFees, replaceQuotes } from './call-quote.js';
import { quotedFees, quoteSteps, refuseFeesOfOthers, refuseIncompleteAnswer, type Tariff } from './call-quote.rules.js';

type Quotes = Handlers<typeof CallQuoteService>;

/** Fees are agreed with the customer before the work. */
@Controller()
export class CallQuoteHandlers implements Quotes {
  constructor(
    private readonly db: Database,
    private readonly bus: Bus,
  ) {}

  @Rpc(CallQuoteService.method.quoteFees)
  async quoteFees(request: QuoteFeesRequest, ctx: CallContext): ReturnType<Quotes['quoteFees']> {
    const [tariff, parts] = await Promise.all([this.tariff(ctx, request.id), knownParts(this.bus, request.lines, ctx)]);
    return this.db.command(ctx, async (tx) => {
      const call = await callForChange(tx, 'quote', request);
      refuseFeesOfOthers(ownsFees(ctx, call.dealerId));
      refuseNotAtDealer('quote', call.state);
      refuseUnknownParts(request.lines, parts, { list: 'lines', mayBeOwn: true });
      const fees = quotedFees(request, tariff);
      await replaceQuotes(tx, call.id, 'open');
      const quote: CallQuoteRow = {
        ...fees, id: newId(), callId: call.id, dealerId: call.dealerId as string, state: 'open', tariffLabourFee: tariff.labourFee || null, tariffTravelFee: tariff.travelFee || null,
        quotedAt: await tx.now(), quotedBy: ctx.userId, method: '', customerName: '', evidence: null, answeredAt: null, notedBy: null, reason: '',
      };
      await insertRow(tx, CallQuoteRow, quote);
      await note(tx, call, { action: 'quote' });
      await tx.em.save(RepairCall, call);
      return { ...refOf(call), quoteId: quote.id, total: quote.total };
    }, { request });
  }

  @Rpc(CallQuoteService.method.answerQuote)
  async answerQuote(request: AnswerQuoteRequest, ctx: CallContext): ReturnType<Quotes['answerQuote']> {
    return this.db.command(ctx, async (tx) => {
      const call = await callForChange(tx, 'answer-quote', request);
      refuseFeesOfOthers(ownsFees(ctx, call.dealerId));
      refuseNotAtDealer('answer-quote', call.state);
      const quote = await quoteOf(tx, call, request.quoteId);
      const state = quoteSteps.next(request.accepted ? 'accept' : 'decline', quote.state);
      const evidence = request.evidence?.id ? { id: request.evidence.id, sha256: request.evidence.sha256 } : null;
      const now = await tx.now();
      refuseIncompleteAnswer({ ...request, evidence }, quote.quotedAt, now);
      const { method } = request;
      const [customerName, reason] = [request.customerName.trim(), request.accepted ? '' : request.reason.trim()];
      if (request.accepted) await replaceQuotes(tx, call.id, 'accepted');
      await tx.em.save(CallQuoteRow, {
        ...quote, state, method, evidence, customerName, reason, answeredAt: method === 'phone' ? request.answeredAt : now, notedBy: ctx.userId,
      });
      await note(tx, call, { action: request.accepted ? 'accept-quote' : 'decline-quote', reason });
      await tx.audit({
        action: 'answer-quote', kind: CALL_KIND, id: call.id, dealerId: call.dealerId,
        changed: { quoteId: { after: quote.id }, quoteState: { before: quote.state, after: state }, total: { after: quote.total } },
        ...(customerName === '' ? {} : { personal: { customerName: { after: customerName } } }),
      });
      await tx.em.save(RepairCall, call);
      return refOf(call);
    }, { request });
  }

  /** D-3: the fees of the call's dealer today, a fact asked before the transaction; empty where nobody sees the call or none are set. */
  private async tariff(ctx: CallContext, callId: string): Promise<Tariff> {
    const found = await this.db.one<{ dealerId: string | null }>(ctx, { name: 'call_dealer', text: 'select dealer_id as "dealerId" from repair_call where id = $1', values: [callId] });
    const { dealerId } = seen(ctx, found, 'repair call');
    const own = dealerId !== null && dealerId === ctx.dealerId;
    return own ? this.bus.client(FeeService).getServiceFees({ dealerId }) : { labourFee: '', travelFee: '' };
  }
}

async function quoteOf(tx: Tx, { id: callId, state }: RepairCall, id: string): Promise<CallQuoteRow> {
  const quote = isId(id) ? await tx.em.findOneBy(CallQuoteRow, { id, callId }) : null;
  if (quote) return quote;
  refuseAnsweringQuote({ state, quoteOpen: await tx.em.existsBy(CallQuoteRow, { callId, state: 'open' }) });
  throw new Refusal('not_found', 'QUOTE_UNKNOWN', 'The call has no such quote.', { field: 'quoteId' });
}
