import { Controller } from '@nestjs/common';
import { toJson } from '@bufbuild/protobuf';
import {
  CallService,
  CoverageService,
  CoverageVerdictSchema,
  DealerService,
  PartsRequestService,
  type CoverageVerdict,
  type CoverageVerdictJson,
  type LineReview,
  type ReviewPartsRequestRequest,
} from '@aftercare/contracts';
import { businessDate, keptAmount, type Coverage } from '@aftercare/domain';
import { Bus, Rpc, ServiceError, invalidField, type CallContext, type Handlers } from '@aftercare/messaging';
import { Database, expectVersion, findRow, knownStanding, seen, settingAt, unlessRepeated, type Tx } from '@aftercare/service';
import { requireRole } from '../actions.js';
import { dealerPricesOn, partsById, type PartFacts } from '../catalogue/part-lookup.js';
import { idOr404, refOf } from '../documents.js';
import { notify } from '../notices.js';
import { approveLines, lineOf, linesOf, lockRequest, saveRequest, type Approval, type LockedRequest } from './change-request.js';
import { keepDecision } from './line-decision.js';
import { PartsRequest, type PartsRequestLine } from './parts-request.entity.js';
import { checkApprover, checkReview, checkStillNeeded, checkStillServing, eventDateOf, lineSteps } from './parts-request.rules.js';
import { readRequest } from './parts-request.reads.js';
import { awaitAnswer } from './quote.job.js';
import { checkEntries, checkProofDay, needsVerdict, reviewLine } from './review.rules.js';

/** What the review was prepared with before its transaction. */
interface Prepared {
  eventDate: string;
  /** The call it is for as it stands; null where it is for none. */
  call: { state: string; dealerId: string } | null;
  /** Status of the dealer who asked. */
  standing: string;
  verdicts: Map<string, CoverageVerdict>;
}

interface Seen extends LockedRequest {
  parts: Map<string, PartFacts>;
  today: string;
}

/** The clerk's review, line by line (P-5). */
@Controller()
export class ReviewHandlers implements Pick<Handlers<typeof PartsRequestService>, 'reviewPartsRequest'> {
  constructor(
    private readonly database: Database,
    private readonly bus: Bus,
  ) {}

  /**
   * P-5, W-6: asks customers for the verdict of each line, then decides and stores it whole with the line (W-8).
   * Errors: COVERAGE_UNKNOWN, STOCK_IS_CHARGED, EVIDENCE_MISSING, DATE_IN_FUTURE, DATE_AFTER_EVENT, DATE_BEFORE_DISPATCH, PRICE_MISSING, AMOUNT_TOO_LARGE, CALL_CLOSED, CALL_MOVED, DEALER_NOT_ACTIVE, DEALER_SUSPENDED, APPROVER_IS_REQUESTER, STEP_NOT_ALLOWED, STALE_VERSION.
   */
  @Rpc(PartsRequestService.method.reviewPartsRequest)
  async reviewPartsRequest(request: ReviewPartsRequestRequest, ctx: CallContext) {
    requireRole(ctx, 'request.review');
    if (request.lines.length === 0) throw invalidField('lines', 'Name the lines to decide.', 'LINES_MISSING');
    if (new Set(request.lines.map((line) => line.lineId)).size < request.lines.length) throw invalidField('lines', 'A line is decided once.', 'LINE_DOUBLE');
    request.lines.forEach((line, index) => checkEntries(line, `lines[${index}]`));
    const present = await unlessRepeated(ctx, () => this.database.read(ctx, (tx) => look(tx, request)));
    const prepared = present ? await this.prepare(request.lines, present, ctx) : { eventDate: '', call: null, standing: '', verdicts: new Map<string, CoverageVerdict>() };
    const ref = await this.database.command(ctx, (tx) => decide(tx, request, prepared), { request });
    return readRequest(this.database, ctx, ref.id);
  }

  private async prepare(reviews: readonly LineReview[], { request, lines, parts, today }: Seen, ctx: CallContext): Promise<Prepared> {
    const asked = reviews.filter((review) => needsVerdict(review, request.purpose));
    const [call, { status: standing }] = await Promise.all([
      request.callId === null ? null : this.bus.client(CallService).getCallFacts({ id: request.callId }, { ctx }),
      this.bus.client(DealerService).getDealerStanding({ id: request.dealerId }, { ctx }),
    ]);
    const eventDate = eventDateOf(request, call, today);
    reviews.forEach((review, index) => checkProofDay(review, { eventDate, today }, `lines[${index}]`));
    if (asked.length === 0) return { eventDate, call, standing, verdicts: new Map() };
    const coverage = this.bus.client(CoverageService);
    const verdicts = await Promise.all(asked.map(async (review) => {
      const line = lineOf(lines, review.lineId);
      const { exclusion, exclusionCause, exclusionEvidence, proofPurchaseDate, proofEvidence } = review;
      const verdict = await coverage.decideCoverage({
        serial: line.unitSerial,
        partClass: parts.get(line.partId)?.partClass ?? '',
        partId: line.partId,
        eventDate,
        exclusion,
        exclusionCause,
        exclusionEvidence,
        proofPurchaseDate,
        proofEvidence,
        visit: request.purpose === 'visit',
      }, { ctx }).catch((error: unknown) => Promise.reject(ofLine(error, reviews.indexOf(review))));
      return [line.id, verdict] as const;
    }));
    return { eventDate, call, standing, verdicts: new Map(verdicts) };
  }
}

/** What customers refuses of an entry is refused of the line it was made for. */
function ofLine(error: unknown, index: number): unknown {
  if (!(error instanceof ServiceError) || typeof error.details.field !== 'string') return error;
  return new ServiceError(error.code, error.reason, error.message, { ...error.details, field: `lines[${index}].${error.details.field}` });
}

/** Refuses early what would be refused later, so that customers is asked only for a review that can be. */
async function look(tx: Tx, wanted: ReviewPartsRequestRequest): Promise<Seen> {
  const id = idOr404(wanted.id, 'parts request');
  const [found, lines] = await Promise.all([findRow(tx, PartsRequest, id), linesOf(tx, id)]);
  const request = seen(tx.ctx, found, 'parts request');
  const today = businessDate(await tx.now());
  checkReviewable(tx, wanted, { request, lines }, today);
  return { request, lines, parts: await partsById(tx, lines.map((line) => line.partId)), today };
}

function checkReviewable(tx: Tx, wanted: ReviewPartsRequestRequest, { request, lines }: LockedRequest, today: string): void {
  expectVersion(request, wanted.version, { state: request.state });
  checkApprover(tx.ctx.userId, [request.requestedBy]);
  for (const { lineId } of wanted.lines) checkReview(lineOf(lines, lineId), request.submittedOn !== null, today);
}

async function decide(tx: Tx, wanted: ReviewPartsRequestRequest, prepared: Prepared) {
  const locked = await lockRequest(tx, wanted, { lineIds: wanted.lines.map(({ lineId }) => lineId) });
  const { request, lines } = locked;
  const today = businessDate(await tx.now());
  checkReviewable(tx, wanted, locked, today);
  if (wanted.lines.some(({ reject }) => !reject)) {
    checkStillServing(await knownStanding(tx, request.dealerId), request.purpose);
    checkStillNeeded(request, prepared);
  }
  const reviewed = wanted.lines.map((review) => ({ review, line: lineOf(lines, review.lineId) }));
  const partIds = reviewed.map(({ line }) => line.partId);
  const [parts, prices, taxRate, quoteValidDays] = await Promise.all([
    partsById(tx, partIds),
    dealerPricesOn(tx, partIds, today),
    settingAt(tx, 'tax.ratePercent', today),
    settingAt(tx, 'quote.validDays', today),
  ]);
  const approvals: Approval[] = [];
  for (const [index, { review, line }] of reviewed.entries()) {
    const verdict = prepared.verdicts.get(line.id);
    const decision = reviewLine(review, {
      purpose: request.purpose,
      quantity: line.quantity,
      returnRequired: parts.get(line.partId)?.returnRequired ?? true,
      coverage: (verdict?.coverage as Coverage | undefined) ?? null,
      dealerPrice: prices.get(line.partId),
      taxRate,
      today,
      quoteValidDays,
    });
    if (decision.outcome === 'quoted') keptAmount(decision.quote.netAmount, `lines[${index}].lineId`);
    keepReview(tx, line, { review, verdict, eventDate: prepared.eventDate });
    await keepDecision(tx, line, decision.outcome === 'rejected' ? 'reject' : 'review', review.reason);
    if (decision.outcome === 'rejected') line.state = lineSteps.next('reject', line.state);
    if (decision.outcome === 'quoted') Object.assign(line, decision.quote, { supplyKind: 'charged', state: lineSteps.next('quote', line.state) });
    if (decision.outcome === 'approved') {
      line.state = lineSteps.next('approve', line.state);
      approvals.push({ line, supplyKind: decision.supplyKind, returnDue: decision.returnDue });
    }
  }
  await approveLines(tx, request, approvals);
  await saveRequest(tx, locked, reviewed.map(({ line }) => line));
  await awaitAnswer(tx, request.id, reviewed.map(({ line }) => line));
  await tell(tx, request, reviewed.map(({ line }) => line));
  return refOf(request);
}

/** W-8: the verdict is stored whole beside what the reviewer entered, so that it can be replayed years later. */
function keepReview(
  tx: Tx,
  line: PartsRequestLine,
  { review, verdict, eventDate }: { review: LineReview; verdict: CoverageVerdict | undefined; eventDate: string },
): void {
  const { exclusion, exclusionCause, proofPurchaseDate } = review;
  const plain = (refs: LineReview['proofEvidence']): { id: string; sha256: string }[] => refs.map(({ id, sha256 }) => ({ id, sha256 }));
  line.review = {
    exclusion, exclusionCause, proofPurchaseDate, eventDate, reviewedBy: tx.ctx.userId,
    exclusionEvidence: plain(review.exclusionEvidence),
    proofEvidence: plain(review.proofEvidence),
  };
  line.verdict = verdict ? (toJson(CoverageVerdictSchema, verdict, { alwaysEmitImplicit: true }) as CoverageVerdictJson) : null;
}

async function tell(tx: Tx, request: PartsRequest, lines: readonly PartsRequestLine[]): Promise<void> {
  const { id, dealerId } = request;
  const number = request.number ?? '';
  const quoted = lines.filter((line) => line.state === 'quoted').length;
  if (quoted > 0) {
    await notify(tx, { kind: 'parts.request_quoted', role: 'dealer_manager', dealerId, document: { kind: 'parts-request', id, number }, params: { lines: quoted } });
  }
  for (const line of lines) {
    await tx.audit({
      action: 'review', kind: 'parts_request_line', id: line.id, dealerId,
      changed: { state: { after: line.state }, supplyKind: { after: line.supplyKind }, reason: { after: line.verdict?.reason ?? '' } },
    });
  }
}
