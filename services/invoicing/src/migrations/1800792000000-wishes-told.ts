import type { MigrationInterface, QueryRunner } from 'typeorm';

/** F-4: wishes that were changed before are told, so that slips show the present one. */
export class WishesTold1800792000000 implements MigrationInterface {
  name = 'WishesTold1800792000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`select set_config('app.dealers', '*', true), set_config('app.own_dealer', '*', true)`);
    await runner.query(`
      insert into outbox (id, event_type, payload, request_id, traceparent, occurred_at)
      select gen_random_uuid(), 'aftercare.invoicing.v1.InvoiceWishChanged',
             json_build_object('slipId', r.slip_id, 'dealerId', r.dealer_id, 'invoiceWish', r.invoice_wish, 'version', r.version)::text, gen_random_uuid()::text, '', business_now()
        from receivable r
       where r.origin <> 'opening' and exists (select from audit_entry a where a.kind = 'receivable' and a.document_id = r.slip_id::text and a.action = 'set-invoice-wish')`);
  }

  /** What was told stays told. */
  async down(): Promise<void> {
    await Promise.resolve();
  }
}
