/** The local day within a statement, asked for once: a bare call of the clock would be made for every row. */
export const TODAY = `(select (business_now() at time zone 'Asia/Shanghai')::date)`;
