import { Step, type Dice, type Kind } from './act.js';
import type { PartsModel } from './model.js';
import type { Sequence } from './sequence.js';

/** How far a sequence has come before anything is drawn; its steps are commands like all others. */
export const STARTS = ['nothing', 'owing', 'open', 'closed', 'charged'] as const;
/** What is rarely drawn is only asked for by name. */
export type Start = (typeof STARTS)[number] | 'called off' | 'lost' | 'damaged' | 'freed' | 'disputed';

type Scripted = [name: string, choices: Partial<Dice>];

/** Two parts in stock, asked for under warranty, shipped and received: four pieces must come back. */
const OWING: Scripted[] = [
  ['purchase receipt', { b: 0, c: 6 }], ['purchase receipt', { b: 1, c: 6 }], ['file a request', { a: 1, b: 1, c: 6 }], ['submit', {}], ['review', { a: 1 }], ['print', {}], ['pick', {}],
  ['plan a shipment', { a: 1 }], ['agree-date (shipment)', {}], ['ship (shipment)', {}], ['deliver (shipment)', {}], ['confirm-receipt (shipment)', { a: 1 }],
];
const OPEN: Scripted[] = [...OWING, ['days pass', {}], ['open a stocktake', { a: 1, b: 1 }]];
const CLOSED: Scripted[] = [...OPEN, ['a last day comes or goes', { a: 1 }]];
const CHARGED: Scripted[] = [...CLOSED, ['a last day comes or goes', { a: 1 }], ['confirm (stocktake)', {}]];

/** Planned, and called off before it leaves; so is a parcel that was announced. */
const CALLED_OFF: Scripted[] = [...OWING.slice(0, OWING.findIndex(([name]) => name === 'agree-date (shipment)')), ['cancel (shipment)', {}], ['announce a return', { a: 1, how: 'wild' }], ['cancel (return)', {}]];

/** One line of a picked order leaves and arrives short, which is its carrier's fault. */
const arrivesShort = (line: number, cause: { c: number }): Scripted[] => [
  ['plan a shipment', { a: 0, b: line }], ['agree-date (shipment)', {}], ['ship (shipment)', {}], ['deliver (shipment)', {}], ['confirm-receipt (shipment)', {}], ['decide a difference', { a: 5, ...cause }],
];
const PICKED = OWING.slice(0, OWING.findIndex(([name]) => name === 'plan a shipment'));
const LOST: Scripted[] = [
  ...PICKED, ...arrivesShort(0, { c: 0 }), ['file (carrier claim)', { a: 1 }], ['settle (carrier claim)', {}], ...arrivesShort(1, { c: 0 }), ['withdraw (carrier claim)', {}], ['read the suggested kit', {}],
];
const DAMAGED: Scripted[] = [...PICKED, ...arrivesShort(0, { c: 1 }), ['file (carrier claim)', {}], ['refuse (carrier claim)', {}]];

/** Of one part and the one that it replaces three pieces and one are delivered; the three are counted, and the stocktake of the rest is over. */
const COUNTED: Scripted[] = [
  ...OWING.slice(0, -1), ['announce a return', { a: 2, c: 2 }], ['send (return)', {}], ['receive (return)', {}], ['count (return)', { a: 1, b: 1 }],
];
const OVER: Scripted[] = [['days pass', {}], ['open a stocktake', { a: 1, b: 1 }], ['a last day comes or goes', { a: 1 }], ['a last day comes or goes', { a: 1 }], ['confirm (stocktake)', {}]];
/** Two of the counted pieces never arrived: what they had met is free again, after the rest was charged, or before. */
const MISSED: Scripted = ['confirm-receipt (shipment)', { a: 0, c: 1 }];
const NEVER_LEFT: Scripted = ['decide a difference', { a: 1 }];
const FREED: Scripted[] = [...COUNTED, ...OVER, MISSED, NEVER_LEFT];
const DISPUTED: Scripted[] = [...COUNTED, MISSED, ...OVER, NEVER_LEFT, ['confirm (stocktake)', {}]];

const SCRIPTS: Record<Start, Scripted[]> = {
  freed: FREED, disputed: DISPUTED,
  'called off': CALLED_OFF, lost: LOST, damaged: DAMAGED, nothing: [], owing: OWING, open: OPEN, closed: CLOSED, charged: CHARGED,
};

/** Plays the start of a sequence. */
export async function begin(start: Start, kinds: readonly Kind<never>[], { model, sequence }: { model: PartsModel; sequence: Sequence }): Promise<void> {
  for (const [name, choices] of SCRIPTS[start]) {
    const of = kinds.find((each) => each.name === name);
    if (!of) throw new Error(`there is no command ${name}`);
    const step = new Step(of, { which: 0, how: 'right', a: 0, b: 0, c: 0, ...choices });
    if (step.check(model)) await step.run(model, sequence);
  }
}
