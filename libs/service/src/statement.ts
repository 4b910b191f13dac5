/** A prepared statement: one name always goes with one text (at most 63 characters, unique in the service). */
export interface Statement {
  name: string;
  text: string;
  values: unknown[];
}
