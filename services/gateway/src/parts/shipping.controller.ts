import { Body, Controller, Query } from '@nestjs/common';
import { PickingService, ShippingService } from '@aftercare/contracts';
import { Bus } from '@aftercare/messaging';
import { Change, Create, List, Read } from '../http/endpoint.js';
import { listRequest } from '../http/paging.js';
import { PathId } from '../http/path-id.js';
import { VersionDto } from '../http/shared.dto.js';
import {
  AgreeDiscrepancyDto, AgreeShippingDateDto, ConfirmReceiptDto, ListPickingOrdersQuery, ListShippingOrdersQuery, MoveShippingDateDto, PlanShipmentDto,
  ShipOrderDto,
} from './parts.dto.js';

const picking = PickingService.method;
const shipping = ShippingService.method;

@Controller('picking-orders')
export class PickingOrdersController {
  constructor(private readonly bus: Bus) {}

  @List('', 'picking.read', picking.listPickingOrders)
  list(@Query() query: ListPickingOrdersQuery): Promise<Buffer> {
    return this.bus.callJson(picking.listPickingOrders, listRequest(query));
  }

  @Read(':id', 'picking.read', picking.getPickingOrder)
  get(@PathId() id: string): Promise<Buffer> {
    return this.bus.callJson(picking.getPickingOrder, { id });
  }

  @Change(':id/print', 'picking.change', picking.printPickingOrder)
  print(@PathId() id: string, @Body() body: VersionDto): Promise<Buffer> {
    return this.bus.callJson(picking.printPickingOrder, { ...body, id });
  }

  @Change(':id/pick', 'picking.change', picking.pickPickingOrder)
  pick(@PathId() id: string, @Body() body: VersionDto): Promise<Buffer> {
    return this.bus.callJson(picking.pickPickingOrder, { ...body, id });
  }
}

@Controller('shipping-orders')
export class ShippingOrdersController {
  constructor(private readonly bus: Bus) {}

  @Create('', 'shipping.plan', shipping.planShipment)
  plan(@Body() body: PlanShipmentDto): Promise<Buffer> {
    return this.bus.callJson(shipping.planShipment, body);
  }

  @List('', 'shipping.read', shipping.listShippingOrders)
  list(@Query() query: ListShippingOrdersQuery): Promise<Buffer> {
    return this.bus.callJson(shipping.listShippingOrders, listRequest(query));
  }

  @Read(':id', 'shipping.read', shipping.getShippingOrder)
  get(@PathId() id: string): Promise<Buffer> {
    return this.bus.callJson(shipping.getShippingOrder, { id });
  }

  @Change(':id/agree-date', 'shipping.plan', shipping.agreeShippingDate)
  agreeDate(@PathId() id: string, @Body() body: AgreeShippingDateDto): Promise<Buffer> {
    return this.bus.callJson(shipping.agreeShippingDate, { ...body, id });
  }

  @Change(':id/move-date', 'shipping.plan', shipping.moveShippingDate)
  moveDate(@PathId() id: string, @Body() body: MoveShippingDateDto): Promise<Buffer> {
    return this.bus.callJson(shipping.moveShippingDate, { ...body, id });
  }

  @Change(':id/ship', 'shipping.ship', shipping.shipOrder)
  ship(@PathId() id: string, @Body() body: ShipOrderDto): Promise<Buffer> {
    return this.bus.callJson(shipping.shipOrder, { ...body, id });
  }

  @Change(':id/deliver', 'shipping.ship', shipping.deliverOrder)
  deliver(@PathId() id: string, @Body() body: VersionDto): Promise<Buffer> {
    return this.bus.callJson(shipping.deliverOrder, { ...body, id });
  }

  @Change(':id/confirm-receipt', 'shipping.receive', shipping.confirmReceipt)
  confirmReceipt(@PathId() id: string, @Body() body: ConfirmReceiptDto): Promise<Buffer> {
    return this.bus.callJson(shipping.confirmReceipt, { ...body, id });
  }

  @Change(':id/cancel', 'shipping.plan', shipping.cancelShippingOrder)
  cancel(@PathId() id: string, @Body() body: VersionDto): Promise<Buffer> {
    return this.bus.callJson(shipping.cancelShippingOrder, { ...body, id });
  }
}

@Controller('discrepancies')
export class DiscrepanciesController {
  constructor(private readonly bus: Bus) {}

  @Change(':id/agree', 'discrepancy.agree', shipping.agreeDiscrepancy)
  agree(@PathId() id: string, @Body() body: AgreeDiscrepancyDto): Promise<Buffer> {
    return this.bus.callJson(shipping.agreeDiscrepancy, { ...body, id });
  }
}
