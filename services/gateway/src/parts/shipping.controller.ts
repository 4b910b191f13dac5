import { Body, Controller, Query } from '@nestjs/common';
import { PickingService, ShippingService } from '@aftercare/contracts';
import { Bus } from '@aftercare/messaging';
import { Change, Create, List, Read } from '../http/endpoint.js';
import { listRequest } from '../http/paging.js';
import { PathId } from '../http/path-id.js';
import { VersionDto } from '../http/shared.dto.js';
import {
  AgreeDiscrepancyDto, AgreeShippingDateDto, ConfirmReceiptDto, ListPickingOrdersQuery, ListShippingOrdersQuery, PlanShipmentDto,
  ShipOrderDto,
} from './parts.dto.js';

const picking = PickingService.method;
const shipping = ShippingService.method;

@Controller('picking-orders')
export class PickingOrdersController {
  constructor(private readonly bus: Bus) {}

  @List('', 'picking.read', picking.listPickingOrders)
  list(@Query() query: ListPickingOrdersQuery): Promise<string> {
    return this.bus.callText(picking.listPickingOrders, listRequest(query));
  }

  @Read(':id', 'picking.read', picking.getPickingOrder)
  get(@PathId() id: string): Promise<string> {
    return this.bus.callText(picking.getPickingOrder, { id });
  }

  @Change(':id/print', 'picking.change', picking.printPickingOrder)
  print(@PathId() id: string, @Body() body: VersionDto): Promise<string> {
    return this.bus.callText(picking.printPickingOrder, { ...body, id });
  }

  @Change(':id/pick', 'picking.change', picking.pickPickingOrder)
  pick(@PathId() id: string, @Body() body: VersionDto): Promise<string> {
    return this.bus.callText(picking.pickPickingOrder, { ...body, id });
  }
}

@Controller('shipping-orders')
export class ShippingOrdersController {
  constructor(private readonly bus: Bus) {}

  @Create('', 'shipping.plan', shipping.planShipment)
  plan(@Body() body: PlanShipmentDto): Promise<string> {
    return this.bus.callText(shipping.planShipment, body);
  }

  @List('', 'shipping.read', shipping.listShippingOrders)
  list(@Query() query: ListShippingOrdersQuery): Promise<string> {
    return this.bus.callText(shipping.listShippingOrders, listRequest(query));
  }

  @Read(':id', 'shipping.read', shipping.getShippingOrder)
  get(@PathId() id: string): Promise<string> {
    return this.bus.callText(shipping.getShippingOrder, { id });
  }

  @Change(':id/agree-date', 'shipping.receive', shipping.agreeShippingDate)
  agreeDate(@PathId() id: string, @Body() body: AgreeShippingDateDto): Promise<string> {
    return this.bus.callText(shipping.agreeShippingDate, { ...body, id });
  }

  @Change(':id/ship', 'shipping.ship', shipping.shipOrder)
  ship(@PathId() id: string, @Body() body: ShipOrderDto): Promise<string> {
    return this.bus.callText(shipping.shipOrder, { ...body, id });
  }

  @Change(':id/deliver', 'shipping.ship', shipping.deliverOrder)
  deliver(@PathId() id: string, @Body() body: VersionDto): Promise<string> {
    return this.bus.callText(shipping.deliverOrder, { ...body, id });
  }

  @Change(':id/confirm-receipt', 'shipping.receive', shipping.confirmReceipt)
  confirmReceipt(@PathId() id: string, @Body() body: ConfirmReceiptDto): Promise<string> {
    return this.bus.callText(shipping.confirmReceipt, { ...body, id });
  }

  @Change(':id/cancel', 'shipping.plan', shipping.cancelShippingOrder)
  cancel(@PathId() id: string, @Body() body: VersionDto): Promise<string> {
    return this.bus.callText(shipping.cancelShippingOrder, { ...body, id });
  }
}

@Controller('discrepancies')
export class DiscrepanciesController {
  constructor(private readonly bus: Bus) {}

  @Change(':id/agree', 'discrepancy.agree', shipping.agreeDiscrepancy)
  agree(@PathId() id: string, @Body() body: AgreeDiscrepancyDto): Promise<string> {
    return this.bus.callText(shipping.agreeDiscrepancy, { ...body, id });
  }
}
