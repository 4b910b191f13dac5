import { addDays } from '@aftercare/domain';
import { confirmStocktake, decide, linesOf, objectTo, openStocktake, untilClosed, type PartsStage } from '../story/parts-steps.js';

/** Weeks of the demo, counted from 0. */
const OPENED = 8;
const CLOSED = 9;
const DECIDED = 10;
const CONFIRMED = 11;
const OPENED_AGAIN = 12;
const RETURN_DAYS = 6;
const PUT_OFF_DAYS = 60;

/** Stocktakes 《用户借料盘点表》 of the demo data: one that ends with a charge, and one that is open when the demo ends (H-2 to H-7). */
export class DemoStocktakes {
  private finished: { stage: PartsStage; id: string } | undefined;

  constructor(private readonly stages: readonly PartsStage[]) {}

  /** What is done at the end of a week, on its day. */
  async inWeek(week: number, day: string): Promise<void> {
    if (week === OPENED) this.finished = await this.open({ cutOffOn: addDays(day, -1), returnUntil: addDays(day, RETURN_DAYS) });
    if (week === OPENED_AGAIN) await this.open({ cutOffOn: addDays(day, -1) });
    if (!this.finished) return;
    const { stage, id } = this.finished;
    if (week === CLOSED) await objectToAll(stage, id);
    if (week === DECIDED) await decideAll(stage, id, addDays(day, PUT_OFF_DAYS));
    if (week === CONFIRMED) await confirmStocktake(stage, id);
  }

  /** For the dealer with most to return. */
  private async open(days: { cutOffOn: string; returnUntil?: string }): Promise<{ stage: PartsStage; id: string }> {
    const held = await Promise.all(this.stages.map(async (stage) => ({ stage, pieces: (await owedBy(stage)).length })));
    const [most] = held.sort((a, b) => b.pieces - a.pieces);
    if (!most || most.pieces === 0) throw new Error('no dealer has anything to return');
    return { stage: most.stage, id: await openStocktake(most.stage, days) };
  }
}

async function owedBy({ people, dealer }: PartsStage): Promise<unknown[]> {
  return (await people.clerk.get<{ items: unknown[] }>(`/obligations?dealerId=${dealer.id}&onlyOutstanding=true&limit=200`)).items;
}

/** Lines with pieces that have not come back. */
async function openLines(stage: PartsStage, id: string): Promise<string[]> {
  return (await linesOf(stage, id)).filter(({ outstandingQuantity }) => outstandingQuantity > 0).map((line) => line.id);
}

async function objectToAll(stage: PartsStage, id: string): Promise<void> {
  await untilClosed(stage, id);
  await objectTo(stage, id, await openLines(stage, id));
}

/** The first line is put off, the others are charged; a single one is charged. */
async function decideAll(stage: PartsStage, id: string, dueOn: string): Promise<void> {
  const lines = await openLines(stage, id);
  await decide(stage, id, lines.map((lineId, at) => (at === 0 && lines.length > 1 ? { lineId, decision: 'extend', dueOn } : { lineId, decision: 'charge' })));
}
