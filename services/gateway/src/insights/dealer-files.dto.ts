import { LocalDate, OneOf, RegionCode } from '../http/fields.js';
import { PageQuery, Sort } from '../http/paging.js';

const STATUSES = ['applicant', 'active', 'suspended', 'terminated'];

/** A period of local dates, its last day with it, and a region; without dates the twelve months up to and with today. */
export class DealerFileQuery {
  @LocalDate({ optional: true }) from?: string;
  @LocalDate({ optional: true }) to?: string;
  @RegionCode({ optional: true }) region?: string;
}

export class ListDealerFilesQuery extends PageQuery {
  @LocalDate({ optional: true }) from?: string;
  @LocalDate({ optional: true }) to?: string;
  @RegionCode({ optional: true }) region?: string;
  @OneOf(STATUSES, { optional: true }) status?: string;
  @Sort('code', '-calls', 'onTime24', 'firstFix', '-repeat', '-overdue') sort?: string;
}
