import type { Statement } from '@aftercare/service';

/** The tables whose rows carry a generation. */
export const FACT_TABLES = [
  'dealer_fact', 'call_fact', 'call_day', 'call_month', 'record_fact', 'part_use_fact', 'part_use_month', 'obligation_fact', 'settlement_fact', 'training_fact', 'certificate_fact', 'technician_fact',
  'sale_fact', 'sale_day', 'sale_month', 'report_fact', 'part_fact', 'spot_check_fact', 'unit_fact', 'model_fact', 'price_fact', 'fault_case', 'fault_line', 'fault_part', 'fault_photo',
  'fault_month', 'appointment_fact', 'code_fact', 'tie_line', 'month_fact', 'compared_month', 'tie_month', 'tie_dealer', 'tie_fault', 'tie_row', 'tie_change',
] as const;

const ROWS = 5_000;

/** Deletes some rows of generations before the present one. */
export function oldRows(table: (typeof FACT_TABLES)[number], current: number): Statement {
  return {
    name: `old_${table}`,
    text: `delete from ${table} where ctid = any(array(select ctid from ${table} where generation < $1 limit ${ROWS})) returning 1 as gone`,
    values: [current],
  };
}
