import { Body, Controller, Query } from '@nestjs/common';
import { StockService } from '@aftercare/contracts';
import { Bus } from '@aftercare/messaging';
import { Create, List } from '../http/endpoint.js';
import { listRequest } from '../http/paging.js';
import { CreateWarehouseDto, ListMovementsQuery, ListStockQuery, ListWarehousesQuery, ReceivePurchaseDto } from './parts.dto.js';

const stock = StockService.method;

@Controller('warehouses')
export class WarehousesController {
  constructor(private readonly bus: Bus) {}

  @Create('', 'warehouse.create', stock.createWarehouse)
  create(@Body() body: CreateWarehouseDto): Promise<Buffer> {
    return this.bus.callJson(stock.createWarehouse, body);
  }

  @List('', 'warehouse.read', stock.listWarehouses)
  list(@Query() query: ListWarehousesQuery): Promise<Buffer> {
    return this.bus.callJson(stock.listWarehouses, listRequest(query));
  }
}

@Controller('purchase-receipts')
export class PurchaseReceiptsController {
  constructor(private readonly bus: Bus) {}

  @Create('', 'purchase.receive', stock.receivePurchase)
  create(@Body() body: ReceivePurchaseDto): Promise<Buffer> {
    return this.bus.callJson(stock.receivePurchase, body);
  }
}

@Controller('stock')
export class StockController {
  constructor(private readonly bus: Bus) {}

  @List('', 'stock.read', stock.listStock)
  list(@Query() query: ListStockQuery): Promise<Buffer> {
    return this.bus.callJson(stock.listStock, listRequest(query));
  }

  @List('movements', 'stock.read', stock.listMovements)
  movements(@Query() query: ListMovementsQuery): Promise<Buffer> {
    return this.bus.callJson(stock.listMovements, listRequest(query));
  }
}
