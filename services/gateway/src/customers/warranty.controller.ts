import { Body, Controller, Query } from '@nestjs/common';
import { PurchaseProofService, WarrantyExtensionService } from '@aftercare/contracts';
import { Bus } from '@aftercare/messaging';
import { ChangeOnce, List, Read } from '../http/endpoint.js';
import { listRequest } from '../http/paging.js';
import { PathId } from '../http/path-id.js';
import { DecidePurchaseProofDto, ListExtensionsQuery, ListPurchaseProofsQuery } from './customers.dto.js';

const extension = WarrantyExtensionService.method;
const proof = PurchaseProofService.method;

/** Longer warranties of single units. */
@Controller('warranty-extensions')
export class WarrantyExtensionsController {
  constructor(private readonly bus: Bus) {}

  @List('', 'unit.read', extension.listExtensions)
  list(@Query() query: ListExtensionsQuery): Promise<Buffer> {
    return this.bus.callJson(extension.listExtensions, listRequest(query));
  }
}

/** Days of purchase named after the sale. */
@Controller('purchase-proofs')
export class PurchaseProofsController {
  constructor(private readonly bus: Bus) {}

  @List('', 'unit.read', proof.listPurchaseProofs)
  list(@Query() query: ListPurchaseProofsQuery): Promise<Buffer> {
    return this.bus.callJson(proof.listPurchaseProofs, listRequest(query));
  }

  @Read(':id', 'unit.read', proof.getPurchaseProof)
  get(@PathId() id: string): Promise<Buffer> {
    return this.bus.callJson(proof.getPurchaseProof, { id });
  }

  @ChangeOnce(':id/decide', 'unit.decide-proof', proof.decidePurchaseProof)
  decide(@PathId() id: string, @Body() body: DecidePurchaseProofDto): Promise<Buffer> {
    return this.bus.callJson(proof.decidePurchaseProof, { ...body, id });
  }
}
