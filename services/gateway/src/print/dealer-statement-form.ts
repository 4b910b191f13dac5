import { StatementService, type DealerStatement, type StatementMovement } from '@aftercare/contracts';
import { localTime, moneyInWords } from '@aftercare/domain';
import type { Bus } from '@aftercare/messaging';
import { allItems } from '../http/all-items.js';
import { fields, formPaper, listing, type Block, type Field, type Paper } from './paper.js';
import { dealerNamed } from './parts-papers.js';
import type { PrintRun } from './print-run.js';

/** Movements on the paper; it says so when there are more. */
const LINES_MAX = 2_000;

/** X-1, B-5: 《经销商对账单》, a dealer's month: what was owed before it, every movement with the balance after it, and what is owed after it. */
export async function dealerStatementForm(bus: Bus, asked: { dealerId: string; month: string }, run: PrintRun): Promise<Paper> {
  const pages: DealerStatement[] = [];
  const { items, more } = await allItems(LINES_MAX, async (page) => {
    const found = await bus.call(StatementService.method.getDealerStatement, { ...asked, page });
    pages.push(found);
    return found;
  });
  const [statement] = pages;
  const dealer = await dealerNamed(bus, statement, run);
  return formPaper(run, {
    title: run.say('statementForm'),
    number: `${statement.dealerCode} ${statement.month}`,
    path: `/statements/dealer?dealerId=${statement.dealerId}&month=${statement.month}`,
    body: [fields(run.say('basics'), basics(statement, dealer, run)), movements(items, run), fields(run.say('statementSums'), sums(statement, run))],
    notes: [run.say('statementNote'), ...(statement.preliminary ? [run.say('statementPreliminary')] : []), ...(more ? [run.say('tieOutShortened', { max: LINES_MAX })] : [])],
    parties: ['copyDealer', 'copyFinance'],
    signatures: [run.say('signFinance'), run.say('signDealer')],
  });
}

function basics({ dealerCode, month, openingBalance }: DealerStatement, dealer: string, run: PrintRun): Field[][] {
  return [[[run.say('dealer'), `${dealer} (${dealerCode})`], [run.say('statementMonth'), month]], [[run.say('openingBalance'), openingBalance]]];
}

function movements(items: StatementMovement[], run: PrintRun): Block {
  return listing(run.say('statementLines'), {
    headings: [run.say('statementAt'), run.say('statementKind'), run.say('revenueDocument'), run.say('statementDebit'), run.say('statementCredit'), run.say('statementBalance')],
    widths: [29, '*', 32, 21, 21, 22],
    rows: items.map(({ at, kind, documentNumber, debit, credit, balance }) => [localTime(at, run.locale), run.word('movement', kind), documentNumber, debit, credit, balance]),
    empty: run.say('none'),
  });
}

/** What the manufacturer has more of a dealer than is owed is negative. */
function sums({ debitTotal, creditTotal, closingBalance }: DealerStatement, run: PrintRun): Field[][] {
  return [
    [[run.say('statementDebit'), debitTotal], [run.say('statementCredit'), creditTotal]],
    [[run.say('closingBalance'), closingBalance], [run.say('inWords'), moneyInWords(closingBalance)]],
  ];
}
