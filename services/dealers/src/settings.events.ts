import { Injectable } from '@nestjs/common';
import { SettingChangedSchema, type SettingChanged } from '@aftercare/contracts';
import { OnEvent } from '@aftercare/messaging';
import { keepSetting } from '@aftercare/service';
import type { EntityManager } from 'typeorm';

/** Keeps this service's copy of the settings. */
@Injectable()
export class SettingEvents {
  @OnEvent(SettingChangedSchema)
  async settingChanged(event: SettingChanged, em: EntityManager): Promise<void> {
    await keepSetting(em, event);
  }
}
