import { Controller } from '@nestjs/common';
import { CoverageService, type CoverageVerdict as VerdictMessage, type DecideCoverageRequest } from '@aftercare/contracts';
import { isId, partClassText, type ExtensionBasis } from '@aftercare/domain';
import { Rpc, type CallContext, type Handlers } from '@aftercare/messaging';
import { Database } from '@aftercare/service';
import { normaliseSerial } from '../units/unit.rules.js';
import { checkEvidence, checkProofDay, isExclusion, readFacts, type CoverageFacts } from './coverage-facts.rules.js';
import { decideCoverage } from './coverage.rules.js';
import { termsOn, type TermsVersion } from './terms.rules.js';

/**
 * W-6, D-9: the verdict for one part of one unit, for whoever has its serial, also when it came through another dealer.
 * It is made of dates, terms and extensions only; nothing in it tells a dealer, a customer or a document.
 */
@Controller()
export class CoverageHandlers implements Handlers<typeof CoverageService> {
  constructor(private readonly database: Database) {}

  /** Answers also for a serial that the registry does not know: unknown, until the review proves the purchase (W-4). */
  @Rpc(CoverageService.method.decideCoverage)
  async decideCoverage(request: DecideCoverageRequest, ctx: CallContext) {
    checkEvidence({ ...request, exclusionEvidence: request.exclusionEvidence.length, proofEvidence: request.proofEvidence.length });
    const serial = normaliseSerial(request.serial);
    const [unit, day] = await Promise.all([
      serial === '' ? null : this.database.one<RegisteredUnit>(ctx, {
        name: 'coverage_facts', text: FACTS, values: [serial, isId(request.partId) ? request.partId : null, request.eventDate],
      }),
      request.proofPurchaseDate === '' ? null : this.database.one<{ today: string }>(ctx, { name: 'business_day', text: TODAY, values: [] }),
    ]);
    if (day !== null) checkProofDay({ ...request, today: day.today, dispatchedOn: unit?.dispatchedOn ?? null });
    const facts = factsOf(request, unit);
    return { ...decideCoverage(facts), facts: JSON.stringify(facts), unitId: unit?.id ?? '' };
  }

  /** W-8: a stored verdict from its own facts under its own rules; nothing else is looked up. */
  @Rpc(CoverageService.method.replayCoverage)
  replayCoverage(request: VerdictMessage) {
    const verdict = decideCoverage(readFacts(request.facts), request.ruleVersion);
    return Promise.resolve({ ...verdict, facts: request.facts, unitId: request.unitId });
  }
}

interface RegisteredUnit {
  id: string;
  sold: boolean;
  dispatchedOn: string;
  purchaseDate: string | null;
  acceptedOn: string | null;
  extendedUntil: string | null;
  extensionBasis: ExtensionBasis | null;
  versions: TermsVersion[];
  replacedOn: string | null;
}

/** One statement, as reviews ask for every line. */
const FACTS = `
  select u.id, u.sold, u.dispatched_on as "dispatchedOn", u.purchase_date as "purchaseDate", u.accepted_on as "acceptedOn", u.extended_until as "extendedUntil",
    u.extension_basis as "extensionBasis",
    coalesce((select json_agg(json_build_object('version', t.version, 'effectiveFrom', t.effective_from, 'terms', t.terms))
      from model_terms t where t.model_id = u.model_id and t.published), '[]') as versions,
    (select max(r.replaced_on) from replaced_part r where r.unit_id = u.id and r.part_id = $2::uuid and r.replaced_on <= $3::date) as "replacedOn"
  from product_unit u where u.serial = $1`;

const TODAY = `select (business_now() at time zone 'Asia/Shanghai')::date::text as today`;

function factsOf(request: DecideCoverageRequest, unit: RegisteredUnit | null): CoverageFacts {
  const proofPurchaseDate = request.proofPurchaseDate || null;
  const bought = unit?.purchaseDate ?? proofPurchaseDate ?? request.eventDate;
  const terms = termsOn(unit?.versions ?? [], bought);
  return {
    serial: normaliseSerial(request.serial),
    registered: unit !== null,
    sold: unit?.sold ?? false,
    purchaseDate: unit?.purchaseDate ?? null,
    acceptedOn: unit?.acceptedOn ?? null,
    extendedUntil: unit?.extendedUntil ?? null,
    extensionBasis: unit?.extensionBasis ?? null,
    termsVersion: terms?.version ?? 0,
    terms: terms?.terms ?? [],
    replacedOn: unit?.replacedOn ?? null,
    partClass: partClassText(request.partClass),
    eventDate: request.eventDate,
    exclusion: isExclusion(request.exclusion) ? request.exclusion : null,
    proofPurchaseDate,
    visit: request.visit,
  };
}
