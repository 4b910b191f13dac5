/**
 * The body of an SQL function of a migration whose statement is done for every dealer; then the transaction is its caller's again. What it answers
 * is read beyond row-level security: nothing that its caller may not know.
 */
export const beyondTenants = (statement: string): string => `
      #variable_conflict use_column
      declare own text := coalesce(current_setting('app.dealers', true), '');
      begin
        perform set_config('app.dealers', '*', true);
        ${statement};
        perform set_config('app.dealers', own, true);
      end`;
