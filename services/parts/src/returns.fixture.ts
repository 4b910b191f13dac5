import { ObligationService, ReturnService, ShippingService } from '@aftercare/contracts';
import type { PartsWorld } from './parts.fixture.js';

type Piece = { partId: string; quantity: number; condition?: string; unitSerial?: string };

/** What specs of returns and stocktakes do with the world of parts. */
export function returnsOf(world: PartsWorld) {
  const dealer = () => world.service.client(ReturnService, world.dealer());
  const keeper = () => world.service.client(ReturnService, world.as('warehouse_keeper'));
  const settled = { unitSerial: '', condition: 'reusable' };
  const obligationsOf = async (partId: string) => (await world.service.client(ObligationService, world.as('service_clerk')).listObligations({ partId })).items;
  return {
    /** Ships pieces free with their return due and delivers them. */
    async issued(partId: string, quantity: number, serial = 'IN'): Promise<void> {
      const { id } = await world.request([[partId, quantity, serial]]);
      await world.review(id);
      const [pickingId] = await world.pick(id);
      const shipped = await world.ship(await world.plan(pickingId));
      await world.service.client(ShippingService, world.as('warehouse_keeper')).deliverOrder({ id: shipped.id, version: shipped.version });
    },
    /** Announces and sends a parcel. */
    async sent(pieces: Piece[]): Promise<{ id: string; version: number; number: string }> {
      const parcel = await dealer().announceReturn({ lines: pieces.map((piece) => ({ unitSerial: '', ...piece, condition: 'old' })) });
      return dealer().sendReturn({ id: parcel.id, version: parcel.version, carrier: 'SF', waybillNumber: 'SF2' });
    },
    /** And it arrives at Taizhou. */
    async arrived(pieces: Piece[]): Promise<{ id: string; version: number; number: string }> {
      const { id, version } = await this.sent(pieces);
      return keeper().receiveReturn({ id, version, warehouseId: world.warehouseId });
    },
    count: ({ id, version }: { id: string; version: number }, pieces: Piece[]) =>
      keeper().countReturn({ id, version, lines: pieces.map((piece) => ({ ...settled, ...piece })) }),
    /** Announces, sends, receives and counts a parcel. */
    async returned(pieces: Piece[]) {
      return this.count(await this.arrived(pieces), pieces);
    },
    obligationsOf,
    /** Sums over the obligations of a part: issued, returned, charged, excused, outstanding. */
    async tallyOf(partId: string): Promise<number[]> {
      const items = await obligationsOf(partId);
      const sum = (of: (each: (typeof items)[number]) => number): number => items.reduce((total, each) => total + of(each), 0);
      return [sum((each) => each.issuedQuantity), sum((each) => each.returnedQuantity), sum((each) => each.chargedQuantity), sum((each) => each.excusedQuantity), sum((each) => each.outstandingQuantity)];
    },
    async held(partId: string): Promise<number> {
      const [row] = await world.service.sql<{ quantity: number }>('select quantity from dealer_holding where part_id = $1', [partId]);
      return row?.quantity ?? 0;
    },
    /** The holdings of a part as its movements have them, which its stored balance must equal. */
    async heldByMovements(partId: string): Promise<number> {
      const [{ pieces }] = await world.service.sql<{ pieces: number }>(
        `select coalesce(sum(case when to_account like 'dealer:%' then quantity when from_account like 'dealer:%' then -quantity else 0 end), 0)::int as pieces
           from stock_movement where part_id = $1`, [partId]);
      return pieces;
    },
    /** Kinds of notices about a document with who was told. */
    async toldOf(documentId: string): Promise<string[]> {
      const rows = await world.service.sql<{ told: string }>(
        `select (payload::json ->> 'kind') || ' ' || (payload::json ->> 'recipientRole') as told from outbox
          where event_type like '%.NoticeRequested' and payload::json ->> 'documentId' = $1 order by occurred_at, id`, [documentId]);
      return rows.map((row) => row.told);
    },
  };
}
