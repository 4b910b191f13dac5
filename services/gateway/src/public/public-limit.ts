import { Inject, Injectable } from '@nestjs/common';
import { GATEWAY_SETTINGS, type GatewaySettings } from '../http/gateway-settings.js';
import { RateLimit } from '../http/rate-limit.js';

/** How often one address may send something from a label's link. Errors: RATE_LIMITED. */
@Injectable()
export class PublicLimit {
  private readonly addresses: RateLimit;

  constructor(@Inject(GATEWAY_SETTINGS) settings: GatewaySettings) {
    this.addresses = new RateLimit(settings.publicPerMinute);
  }

  count(address: string): void {
    this.addresses.count(address);
  }
}
