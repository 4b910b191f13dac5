import { INVOICE_WISHES, LATE_RETURN_STATES, PAYMENT_METHODS, STOCKTAKE_DECISIONS, STOCKTAKE_STATES } from '@aftercare/domain';
import { Id, Items, LocalDate, OneOf, Text } from '../http/fields.js';
import { PageQuery, Sort } from '../http/paging.js';
import { PaperDto, VersionDto } from '../http/shared.dto.js';

const LINES = { min: 1, max: 200 };

/** Of one dealer, or of all that have something to return. */
export class OpenStocktakesDto {
  @Id({ optional: true }) dealerId?: string;
  @LocalDate() cutOffOn: string;
  @LocalDate({ optional: true }) returnUntil?: string;
}

export class ListStocktakesQuery extends PageQuery {
  @Id({ optional: true }) dealerId?: string;
  @OneOf(STOCKTAKE_STATES, { optional: true }) state?: string;
  @Sort('-openedAt') sort?: string;
}

export class ListStocktakeRowsQuery extends PageQuery {
  @Sort('position') sort?: string;
}

/** The dealer's objection to a line. */
export class LineObjectionDto {
  @Id() lineId: string;
  @Text(500) reason: string;
}

export class ObjectToStocktakeDto extends VersionDto {
  @Items(() => LineObjectionDto, LINES) lines: LineObjectionDto[];
}

/** The supervisor's decision on a line. */
export class LineDecisionDto {
  @Id() lineId: string;
  @OneOf(STOCKTAKE_DECISIONS) decision: string;
  @LocalDate({ optional: true }) dueOn?: string;
  @Text(500) reason: string;
  @Items(() => PaperDto, { max: 20 }, { optional: true }) evidence?: PaperDto[];
}

export class DecideStocktakeDto extends VersionDto {
  @Items(() => LineDecisionDto, LINES) lines: LineDecisionDto[];
}

export class ConfirmStocktakeDto extends VersionDto {
  @OneOf(PAYMENT_METHODS, { optional: true }) paymentMethod?: string;
  @OneOf(INVOICE_WISHES, { optional: true }) invoiceWish?: string;
}

export class ListLateReturnsQuery extends PageQuery {
  @Id({ optional: true }) dealerId?: string;
  @OneOf(LATE_RETURN_STATES, { optional: true }) state?: string;
  @Sort('-createdAt') sort?: string;
}

export class SendBackLateReturnDto extends VersionDto {
  @Text(60) carrier: string;
  @Text(60) waybillNumber: string;
}
