import { newId, Refusal } from '@aftercare/domain';
import type { Tx } from '@aftercare/service';
import type { SignedFile } from '../dealers/dealer.entity.js';
import type { Agreement } from '../dealers/dealer.rules.js';
import { AgreementEntity } from './agreement.entity.js';
import { agreementReminders, approveAgreement, checkAgreementWithdrawal, filedAgain, requireDraft } from './agreement.rules.js';

/** An agreement as it is filed. */
export type FiledAgreement = Agreement & { signedFile: SignedFile | null };

/** D-1: files an agreement of a dealer as a draft, or writes over the draft of its number. */
export async function fileAgreement(tx: Tx, dealerId: string, given: FiledAgreement): Promise<AgreementEntity> {
  const before = await tx.em.findOne(AgreementEntity, { where: { dealerId, number: given.number }, lock: { mode: 'pessimistic_write' } });
  const { userId: filedBy } = tx.ctx;
  const outcome = before ? filedAgain(before, given) : 'written_over';
  if (before && outcome === 'unchanged') return before;
  const filed = before
    ? { ...before, ...given, filedBy: outcome === 'paper_added' ? before.filedBy : filedBy, version: before.version + 1 }
    : tx.em.create(AgreementEntity, { id: newId(), dealerId, ...given, state: 'draft', filedBy, version: 1, createdAt: await tx.now() });
  await tx.em.save(AgreementEntity, filed);
  await auditAgreement(tx, filed, 'file');
  return filed;
}

/** D-1: approves an agreement; its end is reminded of from now on. */
export async function approve(tx: Tx, agreement: AgreementEntity): Promise<void> {
  agreement.state = approveAgreement(agreement, tx.ctx);
  agreement.version += 1;
  await tx.em.save(AgreementEntity, agreement);
  for (const { kind, at } of agreementReminders(agreement.validTo, await tx.now())) await tx.deadline({ kind, ref: agreement.id, dueAt: at });
  await auditAgreement(tx, agreement, 'approve');
}

/** D-1: writes over a draft, its number as well; whoever corrects it is who filed it now, so that somebody else approves. */
export async function correct(tx: Tx, before: AgreementEntity, given: FiledAgreement): Promise<AgreementEntity> {
  requireDraft(before);
  const { dealerId } = before;
  if (given.number !== before.number && await tx.em.existsBy(AgreementEntity, { dealerId, number: given.number })) {
    throw new Refusal('already_exists', 'AGREEMENT_NUMBER_TAKEN', 'Another agreement of this dealer has this number.', { field: 'number' });
  }
  const corrected = { ...before, ...given, filedBy: tx.ctx.userId, version: before.version + 1 };
  await tx.em.save(AgreementEntity, corrected);
  await auditAgreement(tx, corrected, 'correct');
  return corrected;
}

/** D-1: a withdrawn draft never counted and is gone; what it said stands in the audit trail. Why is typed by people, so it stands beside it. */
export async function withdraw(tx: Tx, agreement: AgreementEntity, reason: string): Promise<void> {
  checkAgreementWithdrawal(agreement, reason);
  await tx.em.delete(AgreementEntity, { id: agreement.id });
  await auditAgreement(tx, agreement, 'withdraw', { reason: { after: reason.trim() } });
}

async function auditAgreement(tx: Tx, agreement: AgreementEntity, action: string, personal: Record<string, { after: unknown }> = {}): Promise<void> {
  const { id, dealerId, number, validFrom, validTo, signedFile, state } = agreement;
  await tx.audit({
    action, kind: 'agreement', id, dealerId,
    changed: {
      number: { after: number }, validFrom: { after: validFrom }, validTo: { after: validTo }, signedFile: { after: signedFile?.id ?? null }, state: { after: state },
    },
    personal,
  });
}
