import type { Coverage, Exclusion } from '@aftercare/domain';
import type { CoverageFacts } from './coverage-facts.rules.js';
import { EXCLUSION_WORDS } from './coverage-sentences.rules.js';
import { lastDayOf, UNREGISTERED_TERM } from './terms.rules.js';

/** Why labour is paid for or not; a stable code, see the sentences. */
export type LabourReason =
  | 'within_term' | 'extension' | 'not_sold' | 'visit'
  | 'term_over' | 'labour_not_covered' | `exclusion_${Exclusion}`
  | 'unknown_serial' | 'purchase_date_unknown';

/** W-9: who pays for the labour of a job on the unit, and why. */
export interface LabourVerdict {
  coverage: Coverage;
  reason: LabourReason;
  sentenceZh: string;
  sentenceEn: string;
  /** Empty where no term that covers labour has begun. */
  lastCoveredDay: string;
}

/**
 * W-9: labour is that of a whole job, not of one part: it is covered as long as a term of the model that covers labour runs, extensions
 * included (W-10). A visit never costs a fee (W-7), an exclusion always does (W-5); of a piece nobody knows nobody knows who pays (W-4).
 */
export function decideLabour(facts: CoverageFacts): LabourVerdict {
  const { reason, coverage, last = '' } = decided(facts);
  const [sentenceZh, sentenceEn] = labourSentence(reason, { event: facts.eventDate, last });
  return { coverage, reason, sentenceZh, sentenceEn, lastCoveredDay: last };
}

interface Decided {
  coverage: Coverage;
  reason: LabourReason;
  last?: string;
}

function decided(facts: CoverageFacts): Decided {
  if (facts.visit) return { coverage: 'covered', reason: 'visit' };
  if (facts.exclusion !== null) return { coverage: 'not_covered', reason: `exclusion_${facts.exclusion}` };
  if (facts.registered && !facts.sold) return { coverage: 'covered', reason: 'not_sold' };
  const purchaseDate = facts.purchaseDate ?? facts.proofPurchaseDate;
  if (purchaseDate === null) return { coverage: 'unknown', reason: facts.registered ? 'purchase_date_unknown' : 'unknown_serial' };
  return byTerms(facts, purchaseDate);
}

function byTerms({ registered, terms, eventDate, acceptedOn, extendedUntil }: CoverageFacts, purchaseDate: string): Decided {
  const days = (registered ? terms : [UNREGISTERED_TERM]).filter(({ coversLabour }) => coversLabour).map((term) => lastDayOf(term, { purchaseDate, acceptedOn })).sort();
  const term = days.at(-1);
  if (term === undefined) return { coverage: 'not_covered', reason: 'labour_not_covered' };
  const last = extendedUntil !== null && extendedUntil > term ? extendedUntil : term;
  if (eventDate > last) return { coverage: 'not_covered', reason: 'term_over', last };
  return { coverage: 'covered', reason: eventDate <= term ? 'within_term' : 'extension', last };
}

/** The reason as one sentence in both languages. */
function labourSentence(reason: LabourReason, { event, last }: { event: string; last: string }): [zh: string, en: string] {
  if (reason.startsWith('exclusion_')) {
    const [zh, en] = EXCLUSION_WORDS[reason.slice('exclusion_'.length) as Exclusion];
    return [`因${zh}，工时须收费。`, `Labour is charged because ${en}.`];
  }
  const sentences: Record<Exclude<LabourReason, `exclusion_${Exclusion}`>, [zh: string, en: string]> = {
    within_term: [`${event} 在工时保修期内，保至 ${last}（含当日）。`, `On ${event} labour is covered, up to and including ${last}.`],
    extension: [`${event} 在延长的保修期内，工时保至 ${last}（含当日）。`, `On ${event} labour is within the extended warranty, up to and including ${last}.`],
    not_sold: ['该产品登记为尚未售出，工时予以保修。', 'The unit is registered as not yet sold, so labour is covered.'],
    visit: ['回访不收服务费。', 'A follow-up visit never costs a service fee.'],
    term_over: [`工时保修已于 ${last} 结束，${event} 须收费。`, `The warranty of labour ended on ${last}, so ${event} is charged.`],
    labour_not_covered: ['该型号的保修条款不含工时费，须收费。', 'The warranty terms of the model cover no labour, so it is charged.'],
    unknown_serial: ['序列号未登记，无法判定工时由谁承担。', 'The serial number is not registered, so nobody knows who pays for labour.'],
    purchase_date_unknown: ['购买日期未知，无法判定工时由谁承担。', 'The purchase date is unknown, so nobody knows who pays for labour.'],
  };
  return sentences[reason as keyof typeof sentences];
}
