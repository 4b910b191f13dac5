import { allowedActions, moneyInWords, negateMoney, refusalReason } from '@aftercare/domain';
import { notFound } from '@aftercare/messaging';
import { scopeCondition, type Tx } from '@aftercare/service';
import { assertInNoBatch, waitsIn } from '../batches/leave-batch.js';
import { assertMoneyRole, type MoneyAction } from '../books/roles.rules.js';
import { InvoiceRow } from './invoice.entity.js';
import { RedLetterRow } from './red-letter.entity.js';
import { assertOtherApprover, redLetterSteps, type ReddenedLine, type RedLetterAction } from './red-letter.rules.js';

const LINES = `
  select l.id, l.slip_id as "slipId", l.line_id as "lineId", l.quantity, l.net_amount::text as "netAmount", l.tax_amount::text as "taxAmount", l.live,
         coalesce(red.number, red.id::text, '') as "redLetter", r.slip_number as "slipNumber"
    from invoice_line l join receivable r on r.slip_id = l.slip_id
    left join red_letter_line o on o.invoice_line_id = l.id and o.open
    left join red_letter red on red.id = o.red_letter_id`;

/** A line of an invoice with its slip's number and the red letter that has it. */
export type LineOnPaper = ReddenedLine & { slipNumber: string };

/** The lines of an invoice, each with the red letter that has it. */
export function linesOfInvoice(tx: Pick<Tx, 'em'>, invoiceId: string): Promise<LineOnPaper[]> {
  return tx.em.query<LineOnPaper[]>(`${LINES} where l.invoice_id = $1 order by l.id`, [invoiceId]);
}

/** The lines that a red letter takes back; also of a discarded one. */
export function linesOfRedLetter(tx: Pick<Tx, 'em'>, redLetterId: string): Promise<LineOnPaper[]> {
  return tx.em.query<LineOnPaper[]>(`${LINES} where l.id in (select invoice_line_id from red_letter_line where red_letter_id = $1) order by l.id`, [redLetterId]);
}

/** One red letter the caller may see; with `lock` it is locked. */
export async function redLetterOf(tx: Tx, id: string, options: { lock?: boolean } = {}): Promise<RedLetterRow> {
  const scope = scopeCondition(tx.ctx, 'letter.dealer_id', { money: true });
  const query = tx.em.createQueryBuilder(RedLetterRow, 'letter').where('letter.id = :id', { id }).andWhere(scope.where, scope.parameters);
  const found = await (options.lock ? query.setLock('pessimistic_write') : query).getOne();
  if (!found) throw notFound('red letter');
  return found;
}

/** Who may take which step of a red letter. */
export const STEP_ROLES = { approve: 'approve-red-letter', discard: 'discard-red-letter', issue: 'issue', deliver: 'deliver' } as const satisfies Record<RedLetterAction, MoneyAction>;

/** The red letter as it is read, line by line, with what is taken back in Chinese capitals 大写 (F-2). */
export async function redLetterAnswer(tx: Tx, redLetter: RedLetterRow) {
  const invoice = await tx.em.findOneByOrFail(InvoiceRow, { id: redLetter.invoiceId });
  const [lines, batch] = [await linesOfRedLetter(tx, redLetter.id), await waitsIn(tx, redLetter.id)];
  const { draftedBy, approvedBy: _by, ...head } = redLetter;
  return {
    ...head, number: redLetter.number ?? '', invoiceRequestNumber: invoice.number, originalNumber: invoice.invoiceNumber ?? '',
    lines: lines.map(({ lineId, slipId, slipNumber, quantity, netAmount, taxAmount }) => ({ lineId, slipId, slipNumber, quantity, netAmount, taxAmount })),
    grossInWords: moneyInWords(negateMoney(redLetter.grossTotal)), invoiceNumber: redLetter.invoiceNumber ?? '', invoiceDate: redLetter.invoiceDate ?? '',
    allowedActions: allowedActions(tx.ctx, redLetterSteps.actions.map((action) => ({
      action,
      reason: refusalReason(() => {
        assertMoneyRole(STEP_ROLES[action], tx.ctx.role);
        redLetterSteps.next(action, redLetter.state);
        if (action === 'discard') assertInNoBatch(batch);
        if (action === 'approve') assertOtherApprover(draftedBy, tx.ctx.userId);
      }),
    }))),
  };
}
