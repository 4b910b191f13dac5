import type { Tx } from '@aftercare/service';
import { customerData, refuseKnownPhone, registerCustomer, type CustomerForm } from '../customers/customer-register.js';
import { checkCustomer } from '../customers/customer.rules.js';

/** C-1: the file of a new customer that comes with an installation; the same phone offers the file that is there. Errors as documented at createCustomer. */
export async function registerChecked(tx: Tx, given: { dealerId: string; phones: string[]; form: CustomerForm; acceptShared: boolean }): Promise<{ id: string }> {
  const { dealerId, phones, form, acceptShared } = given;
  const data = customerData(form, phones);
  checkCustomer({ ...data, phones });
  await refuseKnownPhone(tx, { dealerId, phones, accept: acceptShared });
  return (await registerCustomer(tx, { dealerId, phones, data })).customer;
}
