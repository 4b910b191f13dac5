import { CustomerService } from '@aftercare/contracts';
import { maskAddress, maskName, maskPhone } from '@aftercare/domain';
import type { Bus } from '@aftercare/messaging';

/** A customer's personal values as they are printed. */
export interface Personal {
  name: string;
  phones: string[];
  address: string;
  /** Printed as they are; on request only, and logged as a reveal. */
  plain: boolean;
}

/**
 * C-5: paper goes from hand to hand, so what is printed is masked, also where the screen shows the plain values. Masking twice changes
 * nothing.
 */
export function maskedPersonal(shown: { name: string; phones: string[]; address: string }): Personal {
  return { name: maskName(shown.name), phones: shown.phones.map(maskPhone), address: maskAddress(shown.address), plain: false };
}

/** C-5: the plain values for a paper: a reveal, logged with its reason by the service that owns them. */
export async function revealedPersonal(bus: Bus, customerId: string, reason: string): Promise<Personal> {
  const { name, phones, addressDetail } = await bus.call(CustomerService.method.revealCustomer, { id: customerId, reason: `print: ${reason}` });
  return { name, phones, address: addressDetail, plain: true };
}
