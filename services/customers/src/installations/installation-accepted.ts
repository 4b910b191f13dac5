import { InstallationCompletedSchema } from '@aftercare/contracts';
import type { Tx } from '@aftercare/service';
import { ModelEntity } from '../models/model.entity.js';
import { UnitEntity } from '../units/unit.entity.js';
import { flowed } from '../units/unit.flow.js';
import type { InstallationEntity } from './installation.entity.js';

/** C-4: what follows from an accepted installation: the unboxing stage ends (W-2), the unit's flow goes on, it is told. */
export async function accepted(tx: Tx, installation: InstallationEntity, unit: UnitEntity): Promise<void> {
  const { id: installationId, dealerId, customerId, technicianUserId, number: installationNumber, registeredAfterwards } = installation;
  const acceptedOn = installation.completedOn as string;
  Object.assign(unit, { acceptedOn: unit.acceptedOn ?? acceptedOn, version: unit.version + 1 });
  await tx.em.save(UnitEntity, unit);
  await flowed(tx, unit, { kind: 'installed', dealerId, on: acceptedOn, documentId: installationId });
  await tx.announce(InstallationCompletedSchema, {
    installationId, unitId: unit.id, dealerId, customerId, technicianUserId, acceptedOn, installationNumber, serial: unit.serial,
    modelCode: await modelCodeOf(tx, unit), registeredAfterwards,
  });
}

export async function modelCodeOf(tx: Tx, unit: UnitEntity): Promise<string> {
  return (await tx.em.findOneByOrFail(ModelEntity, { id: unit.modelId })).code;
}
