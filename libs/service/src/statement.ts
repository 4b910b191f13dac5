/** A prepared statement: one name always goes with one text (at most 63 characters, unique in the service). */
export interface Statement {
  name: string;
  text: string;
  values: unknown[];
  /**
   * Whatever the values are, the plan is the same: it is made once. Left to itself PostgreSQL plans anew with each execution where it
   * thinks that values matter, which costs a short list more than reading it.
   */
  onePlan?: boolean;
  /** Few rows and many are asked for alike, and a plan for any values would be one for few: it is made anew each time. */
  planEachTime?: boolean;
}
