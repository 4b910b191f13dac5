import { defineServiceModule, KnownAccount, SettingEvents } from '@aftercare/service';
import { AgreementEntity } from './agreements/agreement.entity.js';
import { AgreementHandlers } from './agreements/agreement.handlers.js';
import { AgreementDeadlines } from './agreements/agreement.job.js';
import { AddresseeEntity, BulletinEntity, ReceiptEntity } from './bulletins/bulletin.entity.js';
import { BulletinHandlers } from './bulletins/bulletin.handlers.js';
import { ContactEntity } from './contacts/contact.entity.js';
import { ContactHandlers } from './contacts/contact.handlers.js';
import { DealerContractEntity, DealerEntity } from './dealers/dealer.entity.js';
import { DealerActivationHandlers } from './dealers/dealer-activation.handlers.js';
import { DealerEndingHandlers } from './dealers/dealer-ending.handlers.js';
import { DealerHandlers } from './dealers/dealer.handlers.js';
import { DealerImportJob } from './dealers/dealer-import.job.js';
import { DutyEvents } from './duties/duty.events.js';
import { DutyDeadlines } from './duties/duty.job.js';
import { AmendmentEntity, AmendmentLineEntity, MonthlyReportEntity, ReportLineEntity, StatusChangeEntity } from './duties/monthly-report.entity.js';
import { MonthlyReportHandlers } from './duties/monthly-report.handlers.js';
import { NamedInRepairs } from './duties/named-in-repairs.js';
import { ReportChangeHandlers } from './duties/report-change.handlers.js';
import { ReportErasure } from './duties/report-erasure.events.js';
import { KnownFamilies } from './families/known-families.js';
import { ServiceFeeEntity } from './fees/fee.entity.js';
import { FeeHandlers } from './fees/fee.handlers.js';
import { Dealers1790000000000 } from './migrations/1790000000000-dealers.js';
import { DealersForFigures1795000300000 } from './migrations/1795000300000-dealers-for-figures.js';
import { Agreements1796200000000 } from './migrations/1796200000000-agreements.js';
import { BulletinOrder1796160000000 } from './migrations/1796160000000-bulletin-order.js';
import { Bulletins1796100000000 } from './migrations/1796100000000-bulletins.js';
import { MonthlyDuties1797000000000 } from './migrations/1797000000000-monthly-duties.js';
import { SuccessorsTold1798100000000 } from './migrations/1798100000000-successors-told.js';
import { Trainings1796000000000 } from './migrations/1796000000000-trainings.js';
import { PartPricesAndTariffs1798200000000 } from './migrations/1798200000000-part-prices-and-tariffs.js';
import { TrainingCorrections1798210000000 } from './migrations/1798210000000-training-corrections.js';
import { PartPriceImportJob } from './prices/part-price-import.job.js';
import { OwnPartPriceEntity } from './prices/part-price.entity.js';
import { PartPriceHandlers } from './prices/part-price.handlers.js';
import { TariffEntity, TariffLineEntity } from './tariffs/tariff.entity.js';
import { TariffHandlers } from './tariffs/tariff.handlers.js';
import { DealerContacts1798600000000 } from './migrations/1798600000000-dealer-contacts.js';
import { ImportedDealers1798610000000 } from './migrations/1798610000000-imported-dealers.js';
import { AskedBy1800485300000 } from './migrations/1800485300000-asked-by.js';
import { KnownAccounts1800839000000 } from './migrations/1800839000000-known-accounts.js';
import { TechniciansTold1800920000000 } from './migrations/1800920000000-technicians-told.js';
import { CourseCodes1800440000000 } from './migrations/1800440000000-course-codes.js';
import { DealerCodes1798620000000 } from './migrations/1798620000000-dealer-codes.js';
import { DutiesAtVolume1798500000000 } from './migrations/1798500000000-duties-at-volume.js';
import { TechnicianEntity } from './technicians/technician.entity.js';
import { TechnicianEvents } from './technicians/technician.events.js';
import { TechnicianHandlers } from './technicians/technician.handlers.js';
import { CertificateHandlers } from './trainings/certificate.handlers.js';
import { CertificateDeadlines } from './trainings/certificate.job.js';
import { AttendanceEntity, CertificateEntity, CertificationEntity, CourseEntity, TrainingEntity } from './trainings/training.entity.js';
import { TerritoryHandlers } from './territory/territory.handlers.js';
import { TrainingHandlers } from './trainings/training.handlers.js';

/** The whole of the service: its wiring and its tables. */
export const dealers = {
  name: 'dealers',
  module: defineServiceModule({
    name: 'dealers',
    entities: [
      DealerEntity, DealerContractEntity, ContactEntity, AgreementEntity, TechnicianEntity, ServiceFeeEntity, OwnPartPriceEntity, TariffEntity, TariffLineEntity,
      CourseEntity, TrainingEntity, AttendanceEntity, CertificateEntity, CertificationEntity, BulletinEntity, AddresseeEntity, ReceiptEntity,
      StatusChangeEntity, MonthlyReportEntity, ReportLineEntity, AmendmentEntity, AmendmentLineEntity, KnownAccount,
    ],
    controllers: [
      DealerHandlers, DealerActivationHandlers, DealerEndingHandlers, ContactHandlers, AgreementHandlers, TechnicianHandlers, FeeHandlers, PartPriceHandlers, TariffHandlers, TrainingHandlers,
      CertificateHandlers, BulletinHandlers,
      MonthlyReportHandlers, ReportChangeHandlers, TerritoryHandlers,
    ],
    providers: [
      KnownFamilies, NamedInRepairs, DealerImportJob, PartPriceImportJob, AgreementDeadlines, CertificateDeadlines, DutyDeadlines, DutyEvents, ReportErasure, SettingEvents, TechnicianEvents,
    ],
  }),
  migrations: [
    Dealers1790000000000, DealersForFigures1795000300000, Trainings1796000000000, Bulletins1796100000000, BulletinOrder1796160000000, Agreements1796200000000,
    MonthlyDuties1797000000000, SuccessorsTold1798100000000, PartPricesAndTariffs1798200000000, TrainingCorrections1798210000000,
    DutiesAtVolume1798500000000, DealerContacts1798600000000,
    ImportedDealers1798610000000, DealerCodes1798620000000, CourseCodes1800440000000, AskedBy1800485300000, KnownAccounts1800839000000, TechniciansTold1800920000000,
  ],
};
