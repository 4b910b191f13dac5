import { Injectable } from '@nestjs/common';
import { CallService, CampaignUnitService, CarrierClaimService, ChargeSlipService, CorrectiveActionService, CountObjectionService, DealerService, InstallationService, InvoiceService, ModelDocumentService, ObligationService, PartsRequestService, PartUpkeepService, ProductUnitService, PurchaseProofService, QualityReportService, RedLetterService, ReimbursementService, ReturnService, StocktakeService, SupplierClaimService, SupportService } from '@aftercare/contracts';
import { Bus, callContext } from '@aftercare/messaging';
import { rolesOf, type Action } from '../access/access-table.js';
import { Id, OneOf } from '../http/fields.js';
import { shaNamed } from './attachment.rules.js';

/** A kind of document that names files: who may read it, and the question to the service that owns it. */
interface FilingDocument {
  action: Action;
  read: (bus: Bus, id: string) => Promise<Buffer>;
}

const DOCUMENTS = {
  'campaign-unit': { action: 'campaign.read', read: (bus, id) => bus.callJson(CampaignUnitService.method.getCampaignUnit, { id }) },
  'carrier-claim': { action: 'carrier-claim.read', read: (bus, id) => bus.callJson(CarrierClaimService.method.getCarrierClaim, { id }) },
  'charge-slip': { action: 'slip.read', read: (bus, id) => bus.callJson(ChargeSlipService.method.getChargeSlip, { id }) },
  'corrective-action': { action: 'corrective-action.read', read: (bus, id) => bus.callJson(CorrectiveActionService.method.getCorrectiveAction, { id }) },
  'count-objection': { action: 'return.read', read: (bus, id) => bus.callJson(CountObjectionService.method.getCountObjection, { id }) },
  dealer: { action: 'dealer.read', read: (bus, id) => bus.callJson(DealerService.method.getDealer, { id }) },
  installation: { action: 'installation.read', read: (bus, id) => bus.callJson(InstallationService.method.getInstallation, { id }) },
  invoice: { action: 'invoice.read', read: (bus, id) => bus.callJson(InvoiceService.method.getInvoice, { id }) },
  'model-document': { action: 'model.read', read: (bus, id) => bus.callJson(ModelDocumentService.method.getModelDocument, { id }) },
  obligation: { action: 'obligation.read', read: (bus, id) => bus.callJson(ObligationService.method.explainObligation, { id }) },
  part: { action: 'part.read', read: (bus, id) => bus.callJson(PartUpkeepService.method.getPartFile, { id }) },
  'parts-request': { action: 'parts-request.read', read: (bus, id) => bus.callJson(PartsRequestService.method.getPartsRequest, { id }) },
  'product-unit': { action: 'unit.read', read: (bus, id) => bus.callJson(ProductUnitService.method.getUnit, { id }) },
  'purchase-proof': { action: 'unit.read', read: (bus, id) => bus.callJson(PurchaseProofService.method.getPurchaseProof, { id }) },
  'quality-report': { action: 'quality-report.read', read: (bus, id) => bus.callJson(QualityReportService.method.getQualityReport, { id }) },
  'return-parcel': { action: 'return.read', read: (bus, id) => bus.callJson(ReturnService.method.getReturn, { id }) },
  'stocktake-line': { action: 'stocktake.read', read: (bus, id) => bus.callJson(StocktakeService.method.getStocktakeLine, { id }) },
  'supplier-claim': { action: 'supplier-claim.read', read: (bus, id) => bus.callJson(SupplierClaimService.method.getSupplierClaim, { id }) },
  'support-question': { action: 'support.read', read: (bus, id) => bus.callJson(SupportService.method.getSupportQuestion, { id }) },
  'red-letter': { action: 'invoice.read', read: (bus, id) => bus.callJson(RedLetterService.method.getRedLetter, { id }) },
  reimbursement: { action: 'reimbursement.read', read: (bus, id) => bus.callJson(ReimbursementService.method.getReimbursement, { id }) },
  'repair-call': { action: 'call.read', read: (bus, id) => bus.callJson(CallService.method.getCall, { id }) },
} as const satisfies Record<string, FilingDocument>;

/** The document a file was read in; needed where another organisation uploaded it. Both or none. */
export class InDocumentQuery {
  @OneOf(Object.keys(DOCUMENTS), { optional: true }) document?: keyof typeof DOCUMENTS;
  @Id({ optional: true }) documentId?: string;
}

/** a file is open to whoever may read a document that names it; that the service owning the document decides. */
@Injectable()
export class DocumentFiles {
  constructor(private readonly bus: Bus) {}

  /** The SHA-256 under which a document that the caller may read names a file, undefined when none does. Errors: NOT_FOUND. */
  async shaIn({ document, documentId }: InDocumentQuery, fileId: string): Promise<string | undefined> {
    if (!document || !documentId) return undefined;
    const { action, read } = DOCUMENTS[document];
    const { role } = callContext();
    if (!rolesOf(action).some((allowed) => allowed === role)) return undefined;
    return shaNamed(JSON.parse((await read(this.bus, documentId)).toString()), fileId);
  }
}
