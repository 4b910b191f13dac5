import type {
  ChargeSlipConfirmedSchema, ChargeSlipReversedSchema, LateReturnReversedSchema, MonthClosedSchema, MonthComparedSchema, PartsReceivedSchema, PartsShippedSchema, ReturnAcceptedSchema, ReturnCreditChangedSchema,
  ShortageAgreedSchema,
} from '@aftercare/contracts';
import type { Keep, KeepTogether } from '../facts/fact.js';
import { lineCredit, lineLate, linesAccepted, linesConfirmed, lineShort, linesMissing, linesReversed, linesShipped } from './tie-line.rules.js';
import { keepLines } from './tie-store.js';

/** P-13: what left the warehouse. */
export const partsShipped: KeepTogether<typeof PartsShippedSchema> = (place, events) => keepLines(place, events.flatMap(({ event }) => linesShipped(event)));

/** P-8: what was missing at the dealer's. */
export const partsReceived: KeepTogether<typeof PartsReceivedSchema> = (place, events) => keepLines(place, events.flatMap(({ event, told }) => linesMissing(event, told.occurredAt)));

/** H-5: what was counted and accepted. */
export const returnsAccepted: KeepTogether<typeof ReturnAcceptedSchema> = (place, events) => keepLines(place, events.flatMap(({ event, told }) => linesAccepted(event, told.occurredAt)));

/** F-1, F-8: slips that were confirmed. */
export const slipsConfirmed: KeepTogether<typeof ChargeSlipConfirmedSchema> = (place, events) => keepLines(place, events.flatMap(({ event }) => linesConfirmed(event)));

/** F-5, F-8: slips that were reversed. */
export const slipsReversed: KeepTogether<typeof ChargeSlipReversedSchema> = (place, events) => keepLines(place, events.flatMap(({ event }) => linesReversed(event)));

/** H-7: surplus credit. */
export const creditChanged: Keep<typeof ReturnCreditChangedSchema> = (place, event, told) => keepLines(place, [lineCredit(event, told.occurredAt)]);

/** H-7: charges of late pieces that were taken back. */
export const lateReversed: Keep<typeof LateReturnReversedSchema> = (place, event, told) => keepLines(place, [lineLate(event, told.occurredAt)]);

/** P-8: shortages of what need not come back. */
export const shortageAgreed: Keep<typeof ShortageAgreedSchema> = (place, event, told) => keepLines(place, [lineShort(event, told.occurredAt)]);

/** B-6: a month was closed. */
export const monthClosed: Keep<typeof MonthClosedSchema> = async ({ tx, generation }, { month, closedAt, hash }) => {
  await tx.sql({
    name: 'month_closed_keep', text: 'insert into month_fact (generation, month, closed_at, hash) values ($1, $2, $3, $4) on conflict do nothing', values: [generation, month, closedAt, hash],
  });
};

/** H-8: the services' own lists were compared with these figures; the last look stands. */
export const monthCompared: Keep<typeof MonthComparedSchema> = async ({ tx, generation }, { month, comparedAt, agreed }) => {
  await tx.sql({
    name: 'month_compared_keep', values: [generation, month, comparedAt, agreed],
    text: `insert into compared_month as c (generation, month, compared_at, agreed) values ($1, $2, $3, $4)
      on conflict (generation, month) do update set (compared_at, agreed) = (excluded.compared_at, excluded.agreed) where c.compared_at < excluded.compared_at`,
  });
};
