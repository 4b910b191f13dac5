import { defineServiceModule, KnownAccount, SettingEvents } from '@aftercare/service';
import { ChecklistEntity } from './checklists/checklist.entity.js';
import { ChecklistHandlers } from './checklists/checklist.handlers.js';
import { ClassPinEntity, ClassRunEntity, CustomerClassEntity } from './classes/class.entity.js';
import { ClassHandlers } from './classes/class.handlers.js';
import { ClassJob } from './classes/class.job.js';
import { ReceiptEvents } from './classes/receipt.events.js';
import { AnonymiseHandlers } from './customers/anonymise.handlers.js';
import { CustomerMergeHandlers } from './customers/customer-merge.handlers.js';
import { CustomerEntity, CustomerEventEntity } from './customers/customer.entity.js';
import { CustomerHandlers } from './customers/customer.handlers.js';
import { ErasureAgainJob } from './customers/erasure-again.job.js';
import { ExportHandlers } from './customers/export.handlers.js';
import { CustomerImportJob } from './customers/customer-import.job.js';
import { DealerEvents } from './dealers/dealer.events.js';
import { KnownDealerEntity } from './dealers/known-dealer.entity.js';
import { Standing } from './dealers/standing.js';
import { HandoverHandlers } from './handover/handover.handlers.js';
import { HandoverJob } from './handover/handover.job.js';
import { ExtensionHandlers } from './extensions/extension.handlers.js';
import { FamilyEntity } from './families/family.entity.js';
import { FamilyHandlers } from './families/family.handlers.js';
import { AccountEvents } from './installations/account.events.js';
import { InstallationEntity } from './installations/installation.entity.js';
import { InstallationHandlers } from './installations/installation.handlers.js';
import { PastInstallationHandlers } from './installations/past-installation.handlers.js';
import { PastInstallationJob } from './installations/past-installation.job.js';
import { LotsForFigures1799300000000 } from './migrations/1799300000000-lots-for-figures.js';
import { Customers1790000000000 } from './migrations/1790000000000-customers.js';
import { CustomerMerge1790000100000 } from './migrations/1790000100000-customer-merge.js';
import { UnitTransfer1790000200000 } from './migrations/1790000200000-unit-transfer.js';
import { CustomerTimeline1790000300000 } from './migrations/1790000300000-customer-timeline.js';
import { CustomerAnonymised1790000400000 } from './migrations/1790000400000-customer-anonymised.js';
import { CustomerSearch1791300000000 } from './migrations/1791300000000-customer-search.js';
import { CustomerClass1791300100000 } from './migrations/1791300100000-customer-class.js';
import { Checklists1791300200000 } from './migrations/1791300200000-checklists.js';
import { ModelDocuments1791200000000 } from './migrations/1791200000000-model-documents.js';
import { FamilyCodes1799600200000 } from './migrations/1799600200000-family-codes.js';
import { LookupsOfDocuments1800410000000 } from './migrations/1800410000000-lookups-of-documents.js';
import { OwnWork1800430000000 } from './migrations/1800430000000-own-work.js';
import { FlaggedOfBoth1800460100000 } from './migrations/1800460100000-flagged-of-both.js';
import { WordsUntold1800473000000 } from './migrations/1800473000000-words-untold.js';
import { OwnWorkLists1800460000000 } from './migrations/1800460000000-own-work-lists.js';
import { FlaggedSales1791210000000 } from './migrations/1791210000000-flagged-sales.js';
import { ListIndexes1791400000000 } from './migrations/1791400000000-list-indexes.js';
import { InstallationsCancelled1797200000000 } from './migrations/1797200000000-installations-cancelled.js';
import { PastInstallations1797100000000 } from './migrations/1797100000000-past-installations.js';
import { SoldModels1800751000000 } from './migrations/1800751000000-sold-models.js';
import { Handover1798100000000 } from './migrations/1798100000000-handover.js';
import { ListsAtVolume1798500000000 } from './migrations/1798500000000-lists-at-volume.js';
import { WarrantyBasis1798300000000 } from './migrations/1798300000000-warranty-basis.js';
import { PurchaseProofs1798300100000 } from './migrations/1798300100000-purchase-proofs.js';
import { ProductFamilies1798300300000 } from './migrations/1798300300000-product-families.js';
import { CancelledAt1798630000000 } from './migrations/1798630000000-cancelled-at.js';
import { ModelCodes1798620000000 } from './migrations/1798620000000-model-codes.js';
import { ChecklistUsed1800483000000 } from './migrations/1800483000000-checklist-used.js';
import { TechnicianCertificate1800483100000 } from './migrations/1800483100000-technician-certificate.js';
import { AskedBy1800484000000 } from './migrations/1800484000000-asked-by.js';
import { RepairsTold1800494000000 } from './migrations/1800494000000-repairs-told.js';
import { OwnersTold1800794000000 } from './migrations/1800794000000-owners-told.js';
import { KnownReceipts1800654000000 } from './migrations/1800654000000-known-receipts.js';
import { KnownAccounts1800912000000 } from './migrations/1800912000000-known-accounts.js';
import { ClassesOfBoth1800914000000 } from './migrations/1800914000000-classes-of-both.js';
import { ErasedAgain1800921000000 } from './migrations/1800921000000-erased-again.js';
import { MaskedNames1800921100000 } from './migrations/1800921100000-masked-names.js';
import { ClassesHandedOver1800924000000 } from './migrations/1800924000000-classes-handed-over.js';
import { HandoverKeys1798390000000 } from './migrations/1798390000000-handover-keys.js';
import { ModelDocumentEntity } from './model-documents/model-document.entity.js';
import { ModelDocumentHandlers } from './model-documents/model-document.handlers.js';
import { ModelEntity, ModelTermsEntity } from './models/model.entity.js';
import { ModelHandlers } from './models/model.handlers.js';
import { ModelImportJob } from './models/model-import.job.js';
import { KnownCallEntity } from './own-work/known-call.entity.js';
import { KnownCallEvents } from './own-work/known-call.events.js';
import { PurchaseProofEntity } from './purchase-proofs/purchase-proof.entity.js';
import { PurchaseProofHandlers } from './purchase-proofs/purchase-proof.handlers.js';
import { ReplacedPartEvents } from './units/replaced-part.events.js';
import { AffectedUnitHandlers } from './units/affected-units.handlers.js';
import { CrossTerritoryHandlers } from './units/cross-territory.handlers.js';
import { InstalledBaseHandlers } from './units/installed-base.handlers.js';
import { TransferHandlers } from './units/transfer.handlers.js';
import { UnitFileHandlers } from './units/unit-file.handlers.js';
import { UnitImportJob } from './units/unit-import.job.js';
import { UnitDispatchEntity, UnitEntity, UnitEventEntity, UnitSaleEntity, UnitTransferEntity, WarrantyExtensionEntity } from './units/unit.entity.js';
import { UnitHandlers } from './units/unit.handlers.js';
import { CoverageHandlers } from './warranty/coverage.handlers.js';

/** The whole of the service: its wiring and its tables. */
export const customers = {
  name: 'customers',
  module: defineServiceModule({
    name: 'customers',
    entities: [
      CustomerEntity, CustomerEventEntity, KnownDealerEntity, ModelEntity, ModelTermsEntity, UnitEntity, UnitDispatchEntity, UnitSaleEntity, UnitEventEntity,
      UnitTransferEntity, WarrantyExtensionEntity, InstallationEntity, ModelDocumentEntity, ClassRunEntity, CustomerClassEntity, ClassPinEntity, ChecklistEntity,
      PurchaseProofEntity, FamilyEntity, KnownCallEntity, KnownAccount,
    ],
    controllers: [
      CustomerHandlers, CustomerMergeHandlers, AnonymiseHandlers, ExportHandlers, ClassHandlers, ChecklistHandlers, ModelHandlers, ModelDocumentHandlers,
      UnitHandlers, UnitFileHandlers, TransferHandlers, CrossTerritoryHandlers, InstallationHandlers, PastInstallationHandlers, HandoverHandlers, CoverageHandlers,
      ExtensionHandlers, PurchaseProofHandlers, FamilyHandlers, AffectedUnitHandlers, InstalledBaseHandlers,
    ],
    providers: [
      Standing, DealerEvents, ReplacedPartEvents, KnownCallEvents, AccountEvents, UnitImportJob, ModelImportJob, CustomerImportJob, PastInstallationJob, ClassJob, ReceiptEvents, HandoverJob, ErasureAgainJob, SettingEvents,
    ],
  }),
  migrations: [
    Customers1790000000000, CustomerMerge1790000100000, UnitTransfer1790000200000, CustomerTimeline1790000300000, CustomerAnonymised1790000400000,
    ModelDocuments1791200000000, FlaggedSales1791210000000, CustomerSearch1791300000000, CustomerClass1791300100000, Checklists1791300200000,
    ListIndexes1791400000000, PastInstallations1797100000000, InstallationsCancelled1797200000000, Handover1798100000000, WarrantyBasis1798300000000,
    PurchaseProofs1798300100000, ProductFamilies1798300300000, HandoverKeys1798390000000,
    ListsAtVolume1798500000000, ModelCodes1798620000000, CancelledAt1798630000000, LotsForFigures1799300000000, FamilyCodes1799600200000,
    LookupsOfDocuments1800410000000, OwnWork1800430000000, OwnWorkLists1800460000000, FlaggedOfBoth1800460100000, WordsUntold1800473000000,
    ChecklistUsed1800483000000, TechnicianCertificate1800483100000, AskedBy1800484000000, RepairsTold1800494000000, KnownReceipts1800654000000, SoldModels1800751000000, OwnersTold1800794000000,
    KnownAccounts1800912000000,
    ClassesOfBoth1800914000000,
    ErasedAgain1800921000000,
    MaskedNames1800921100000,
    ClassesHandedOver1800924000000,
  ],
};
