import type { Tx } from '@aftercare/service';
import type { StoredAttachment } from '../calls/call.entity.js';
import type { Clear } from '../calls/erasure.rules.js';
import { SupportQuestionRow } from './support-question.entity.js';

/** What must go of the questions on an erased call. */
interface Erasing {
  clear: Clear;
  without: (photos: StoredAttachment[]) => StoredAttachment[];
}

export function questionsOf(tx: Tx, callId: string): Promise<SupportQuestionRow[]> {
  return tx.em.findBy(SupportQuestionRow, { callId });
}

/** C-5: question and answer are what others learn from: only the person is taken out of them, and the photos of his home. */
export async function eraseQuestions(tx: Tx, questions: SupportQuestionRow[], { clear, without }: Erasing): Promise<void> {
  for (const { id, question, answer, photos } of questions) {
    await tx.em.update(SupportQuestionRow, { id }, { question: clear(question), answer: clear(answer), photos: without(photos) });
  }
}
