import { Module } from '@nestjs/common';
import { APP_GUARD, APP_PIPE } from '@nestjs/core';
import { AccessGuard } from './access/access.guard.js';
import { AttachmentErasure } from './attachments/attachment-erasure.events.js';
import { Attachments } from './attachments/attachments.js';
import { AttachmentsController } from './attachments/attachments.controller.js';
import { DocumentFiles } from './attachments/document-files.js';
import { AuthController } from './auth/auth.controller.js';
import { Callers } from './auth/callers.js';
import { DealerStandings } from './auth/dealer-standings.js';
import { ImportPasswords } from './auth/import-passwords.js';
import { Sessions } from './auth/sessions.js';
import { SignIn } from './auth/sign-in.js';
import { UserAccounts } from './auth/user-accounts.js';
import { UserImportJob } from './auth/user-import.job.js';
import { UserPlaces } from './auth/user-places.js';
import { UsersController } from './auth/users.controller.js';
import { ChecklistsController } from './customers/checklists.controller.js';
import { CustomerExports } from './customers/customer-export.js';
import { CustomersController, ProductModelsController } from './customers/customers.controller.js';
import { ModelDocumentsController } from './customers/model-documents.controller.js';
import { CoverageVerdictsController, InstallationsController, ProductUnitsController } from './customers/units.controller.js';
import { AgreementsController } from './dealers/agreements.controller.js';
import { ContactsController } from './dealers/contacts.controller.js';
import { BulletinsController } from './dealers/bulletins.controller.js';
import { DealerEndingController } from './dealers/dealer-ending.controller.js';
import { ProductFamiliesController } from './customers/families.controller.js';
import { PurchaseProofsController, WarrantyExtensionsController } from './customers/warranty.controller.js';
import { DealersController, TechniciansController } from './dealers/dealers.controller.js';
import { DutiesController, MonthlyReportsController } from './dealers/monthly-reports.controller.js';
import { PartPriceImportsController, PartPricesController } from './dealers/part-prices.controller.js';
import { ServiceFeesController, TariffsController } from './dealers/tariffs.controller.js';
import { CertificatesController, TrainingCoursesController, TrainingsController } from './dealers/trainings.controller.js';
import { HealthController } from './health/health.controller.js';
import { BodyPipe } from './http/body.pipe.js';
import { GATEWAY_SETTINGS, readGatewaySettings } from './http/gateway-settings.js';
import { DealerFileController, DealerFilesController } from './insights/dealer-files.controller.js';
import { PromiseRatesController } from './insights/promise-rates.controller.js';
import { QualityFiguresController } from './insights/quality-figures.controller.js';
import { QualityWatchController } from './insights/quality-watch.controller.js';
import { HucreSpreadsheets } from './imports/hucre-spreadsheets.js';
import { ImportTemplates } from './imports/import-templates.js';
import {
  CustomerImportsController, DealerImportsController, ImportedUsersController, MarkedUpController, ModelImportsController, UnitImportsController,
  UserImportsController,
} from './imports/imports.controller.js';
import { KnownModels } from './imports/known-models.js';
import { PartNumbers } from './imports/part-numbers.js';
import { KnownFamilies } from './imports/known-families.js';
import { KeptSheets } from './imports/kept-sheets.js';
import { RowFacts } from './imports/row-facts.js';
import { SheetReader } from './imports/sheet-reader.js';
import { SheetErasure } from './imports/sheet-erasure.events.js';
import { SheetImports } from './imports/sheet-imports.js';
import { SpreadsheetPort } from './imports/spreadsheet.port.js';
import { InvoiceArchives } from './money/invoice-archives.js';
import { moneyControllers } from './money/money-controllers.js';
import { ChargeSlipsController, InvoiceWishController, ReceivablesController } from './money/slips.controller.js';
import { Notices } from './notices/notices.js';
import { NoticesController } from './notices/notices.controller.js';
import { AuditController, DeadLettersController, JobsController } from './operations/operations.controller.js';
import { PartsController } from './parts/catalogue.controller.js';
import { PriceListImportsController, PriceListsController, PricesController } from './parts/price-lists.controller.js';
import { CountObjectionsController } from './parts/count-objections.controller.js';
import { ObligationEndsController } from './parts/obligation-ends.controller.js';
import { LateReturnsController } from './parts/late-returns.controller.js';
import { OrderChangesController } from './parts/order-changes.controller.js';
import { PartsRequestsController } from './parts/requests.controller.js';
import { ObligationsController, ReturnsController } from './parts/returns.controller.js';
import { DiscrepanciesController, PickingOrdersController, ShippingOrdersController } from './parts/shipping.controller.js';
import { UnannouncedReturnsController } from './parts/unannounced-returns.controller.js';
import { StocktakesController } from './parts/stocktakes.controller.js';
import { partsUpkeepControllers } from './parts/upkeep-controllers.js';
import { WrongPartsController } from './parts/wrong-parts.controller.js';
import { PurchaseReceiptsController, StockController, WarehousesController } from './parts/stock.controller.js';
import { LabelJobs } from './print/label-jobs.js';
import { LabelPrintJob } from './print/label-print.job.js';
import { LabelFilesController, UnitLabelsController } from './print/labels.controller.js';
import { PdfPrinter } from './print/pdf-printer.js';
import { Prints } from './print/prints.js';
import {
  CustomerPrintController, DealerPrintController, InstallationPrintController, MonthlyReportPrintController,
} from './print/prints.controller.js';
import { moneyPrintControllers } from './print/money-prints.controller.js';
import { partsPrintControllers } from './print/parts-prints.controller.js';
import { repairPrintControllers } from './print/repair-prints.controller.js';
import { CallsController } from './repairs/calls.controller.js';
import { PublicConfirmationsController } from './repairs/public.controller.js';
import { qualityControllers } from './repairs/quality-controllers.js';
import { CallVisitsController } from './repairs/visits.controller.js';
import { CallSupportController, SupportQuestionsController } from './repairs/support.controller.js';
import { CallQuotesController } from './repairs/quotes.controller.js';
import { CallPartsController } from './repairs/call-parts.controller.js';
import { CallIntakeController } from './repairs/intake.controller.js';
import { PublicCallsController, PublicUnitsController } from './public/public-intake.controller.js';
import { PublicLimit } from './public/public-limit.js';
import { PublicPhotos } from './public/public-photos.js';
import { FaultCodesController, QualityReportsController } from './repairs/quality.controller.js';
import { Settings } from './settings/settings.js';
import { SettingsController } from './settings/settings.controller.js';

/** Fixed paths stand before those with an id in the same place. */
export const controllers = [
  HealthController, AuthController, UsersController, AttachmentsController, SettingsController, NoticesController,
  AuditController, DeadLettersController, MarkedUpController, ImportedUsersController, LabelFilesController, JobsController,
  UnitImportsController, DealerImportsController, UserImportsController, ModelImportsController, CustomerImportsController, PartPriceImportsController,
  DealerPrintController, CustomerPrintController, InstallationPrintController, MonthlyReportPrintController, UnitLabelsController, ...repairPrintControllers, ...partsPrintControllers, ...moneyPrintControllers,
  DealersController, DealerEndingController, DealerFileController, DealerFilesController, AgreementsController, ContactsController, TechniciansController, TrainingCoursesController,
  TrainingsController, CertificatesController, PartPricesController, TariffsController, ServiceFeesController,
  BulletinsController, MonthlyReportsController, DutiesController, CustomersController, ProductFamiliesController, ProductModelsController, ModelDocumentsController,
  ProductUnitsController, WarrantyExtensionsController, PurchaseProofsController, CoverageVerdictsController, InstallationsController, ChecklistsController,
  CallIntakeController, CallsController, CallVisitsController, CallSupportController, CallQuotesController, CallPartsController, SupportQuestionsController,
  PublicUnitsController, PublicCallsController, PublicConfirmationsController, FaultCodesController, QualityReportsController,
  ...qualityControllers, QualityFiguresController, PromiseRatesController, QualityWatchController,
  ...partsUpkeepControllers, PartsController, PriceListImportsController, PriceListsController, PricesController, WarehousesController, PurchaseReceiptsController, StockController,
  PartsRequestsController, OrderChangesController, PickingOrdersController, ShippingOrdersController, DiscrepanciesController,
  ObligationsController, ObligationEndsController, StocktakesController, LateReturnsController, ReturnsController, CountObjectionsController, UnannouncedReturnsController, WrongPartsController, ChargeSlipsController, InvoiceWishController, ReceivablesController,
  ...moneyControllers,
];

@Module({
  controllers,
  providers: [
    Sessions, SignIn, UserAccounts, DealerStandings, Callers, Attachments, DocumentFiles, AttachmentErasure, CustomerExports, Settings, Notices,
    SheetImports, SheetErasure, SheetReader, KeptSheets, RowFacts, ImportTemplates, PartNumbers, KnownModels, UserPlaces, ImportPasswords, KnownFamilies, UserImportJob, PdfPrinter, Prints, LabelJobs, LabelPrintJob,
      PublicPhotos, PublicLimit, InvoiceArchives,
    { provide: GATEWAY_SETTINGS, useFactory: readGatewaySettings },
    { provide: SpreadsheetPort, useClass: HucreSpreadsheets },
    { provide: APP_GUARD, useClass: AccessGuard },
    { provide: APP_PIPE, useClass: BodyPipe },
  ],
})
export class GatewayModule {}
