import { defineSteps, Refusal, type SupportState } from '@aftercare/domain';

/** a question is answered once; who wants to know more asks again. */
export const supportSteps = defineSteps<SupportState, 'answer'>({
  initial: 'open',
  steps: { answer: { from: ['open'], to: 'answered' } },
  final: ['answered'],
});

/** who answers a dealer's question. */
const ANSWERERS = ['service_clerk', 'quality_engineer'];

/** Refuses permission_denied ROLE_NOT_ALLOWED when the role may not answer. */
export function requireAnswerer(role: string): void {
  if (!ANSWERERS.includes(role)) throw new Refusal('permission_denied', 'ROLE_NOT_ALLOWED', `The role ${role} may not answer.`, { action: 'answer' });
}

/** question and answer say something. Refuses QUESTION_MISSING, ANSWER_MISSING. */
export function requireText(text: string, field: 'question' | 'answer'): string {
  const said = text.trim();
  if (said === '') throw new Refusal('invalid_argument', field === 'question' ? 'QUESTION_MISSING' : 'ANSWER_MISSING', `The ${field} is empty.`, { field });
  return said;
}

/** the time to answer, in whole minutes. */
export function minutesBetween(askedAt: string, answeredAt: string): number {
  return Math.max(0, Math.floor((Date.parse(answeredAt) - Date.parse(askedAt)) / 60_000));
}

/** The place in the list that shows open questions first and in each part the newest first. */
export function queueOf(state: SupportState, at: string): string {
  return `${state === 'open' ? 1 : 0}${new Date(at).toISOString()}`;
}
