import { CertificateRevokedSchema, TechnicianCertifiedSchema } from '@aftercare/contracts';
import { addDays, businessDate, newId } from '@aftercare/domain';
import { startTestService, type TestService } from '@aftercare/testing';
import { repairs } from '../repairs.module.js';

describe('what repairs knows of certificates', () => {
  let service: TestService;

  beforeAll(async () => {
    service = await startTestService({ ...repairs });
  });
  afterAll(() => service.stop());

  it('D-5: a revocation shortens, and is not undone by what was told before and comes later', async () => {
    const today = businessDate(await service.now());
    const told = { technicianId: newId(), dealerId: newId(), userId: newId(), family: 'bidet', certificateId: newId(), validFrom: '2026-01-01', validUntil: '2030-06-30' };
    const known = async () => {
      await service.drain();
      return service.sql('select valid_until::text as until, version from known_certificate where technician_user_id = $1', [told.userId]);
    };
    await service.publish(CertificateRevokedSchema, { ...told, revokedFrom: today, holdsUntil: addDays(today, -1), version: 2 });
    expect(await known()).toEqual([{ until: addDays(today, -1), version: 2 }]);
    await service.publish(TechnicianCertifiedSchema, { ...told, holdsUntil: told.validUntil, version: 1 });
    expect(await known()).toEqual([{ until: addDays(today, -1), version: 2 }]);
    const { technicianId, dealerId, userId, family } = told;
    await service.publish(TechnicianCertifiedSchema, { technicianId, dealerId, userId, family, validUntil: '2031-01-01' });
    expect(await known()).toEqual([{ until: addDays(today, -1), version: 2 }]);
    await service.publish(TechnicianCertifiedSchema, { ...told, certificateId: newId(), holdsUntil: '2029-01-01', version: 3 });
    expect(await known()).toEqual([{ until: '2029-01-01', version: 3 }]);
  });
});
