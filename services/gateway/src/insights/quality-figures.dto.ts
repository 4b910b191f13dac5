import { Flag, Id, LocalDate, OneOf, RegionCode, Text, Whole } from '../http/fields.js';
import { PageQuery, QueryFlag, QueryNumber, Sort } from '../http/paging.js';

const STAGES = ['unboxing', 'in_warranty', 'out_of_warranty'];
const CODE_LENGTH = 40;
const LOT_LENGTH = 60;
const MONTHS_MAX = 600;
const NAMES_LENGTH = 80;

/** What narrows quality figures and their records alike. */
export class QualityQuery extends PageQuery {
  @LocalDate({ optional: true }) from?: string;
  @LocalDate({ optional: true }) to?: string;
  @OneOf(STAGES, { optional: true }) stage?: string;
  @Text(CODE_LENGTH, { optional: true }) family?: string;
  @Id({ optional: true }) modelId?: string;
  @Text(LOT_LENGTH, { optional: true }) lot?: string;
  @Id({ optional: true }) dealerId?: string;
  @Id({ optional: true }) partId?: string;
  @Text(CODE_LENGTH, { optional: true }) faultCode?: string;
  @Text(CODE_LENGTH, { optional: true }) causeCode?: string;
  @Text(CODE_LENGTH, { optional: true }) actionCode?: string;
  @Text(CODE_LENGTH, { optional: true }) problem?: string;
  @Text(NAMES_LENGTH, { optional: true }) without?: string;
}

export class ListQualityBarsQuery extends QualityQuery {
  @OneOf(['month', 'stage', 'family', 'model', 'lot', 'dealer', 'part', 'fault', 'cause', 'action', 'problem']) by: string;
  @Sort('-cases', '-cost', '-pieces', 'key') sort?: string;
}

export class ListQualityRecordsQuery extends QualityQuery {
  @LocalDate({ optional: true }) soldFrom?: string;
  @LocalDate({ optional: true }) soldTo?: string;
  @Id({ optional: true }) soldBy?: string;
  @QueryNumber() @Whole({ min: 1, max: MONTHS_MAX }, { optional: true }) serviceMonth?: number;
  @QueryFlag() @Flag({ optional: true }) withCost?: boolean;
  @Id({ optional: true }) unitId?: string;
  @Sort('-recordedAt') sort?: string;
}

export class ListMonthsInServiceQuery extends QualityQuery {
  @Sort('serviceMonth') sort?: string;
}

/** Calls that rates are made of. */
export class RatedQuery extends PageQuery {
  @LocalDate({ optional: true }) from?: string;
  @LocalDate({ optional: true }) to?: string;
  @Id({ optional: true }) dealerId?: string;
  @Text(CODE_LENGTH, { optional: true }) family?: string;
  @RegionCode({ optional: true }) region?: string;
  @RegionCode({ optional: true }) regionCode?: string;
  @Text(NAMES_LENGTH, { optional: true }) without?: string;
}

export class ListServiceRatesQuery extends RatedQuery {
  @OneOf(['dealer', 'family', 'region', 'month']) by: string;
  @Sort('-calls') sort?: string;
}

export class ListRatedCallsQuery extends RatedQuery {
  @OneOf(['repeated', 'first_fix', 'not_first_fix'], { optional: true }) only?: string;
  @Sort('-receivedAt') sort?: string;
}

/** Windows that rates of kept promises are made of. */
export class PromisesQuery extends PageQuery {
  @LocalDate({ optional: true }) from?: string;
  @LocalDate({ optional: true }) to?: string;
  @Id({ optional: true }) dealerId?: string;
  @Id({ optional: true }) technicianUserId?: string;
  @OneOf(['technician'], { optional: true }) without?: string;
}

export class ListPromiseRatesQuery extends PromisesQuery {
  @OneOf(['dealer', 'technician', 'month']) by: string;
  @Sort('-windows') sort?: string;
}

export class ListPromisedVisitsQuery extends PromisesQuery {
  @OneOf(['kept', 'missed', 'moved'], { optional: true }) outcome?: string;
  @Sort('-windowFrom') sort?: string;
}

export class ListControlPointsQuery extends PageQuery {
  @OneOf(['lot', 'part']) kind: string;
  @Text(CODE_LENGTH, { optional: true }) family?: string;
  @QueryFlag() @Flag({ optional: true }) beyond?: boolean;
  @Sort('-strain') sort?: string;
}

export class ListQualityAlertsQuery extends PageQuery {
  @OneOf(['open', 'over'], { optional: true }) state?: string;
  @OneOf(['lot', 'part'], { optional: true }) kind?: string;
  @Sort('-openedAt') sort?: string;
}

export class ListQualityHintsQuery extends PageQuery {
  @OneOf(['same_part', 'same_photo', 'minutes', 'parts_per_call'], { optional: true }) kind?: string;
  @Id({ optional: true }) dealerId?: string;
  @LocalDate({ optional: true }) from?: string;
  @LocalDate({ optional: true }) to?: string;
  @Sort('-on') sort?: string;
}
