import { assertUnannounced, readLabel, type Labelled } from './label.rules.js';

const refusing = (reason: string) => expect.objectContaining({ reason });
const parcel = (state: 'announced' | 'in_transit' | 'counted' | 'cancelled', dealerId = 'A'): Labelled => ({ dealerId, parcel: { id: state, number: `RT-${state}`, state, version: 1 } });
const shipment = (dealerId: string): Labelled => ({ dealerId, parcel: null });

describe('H-5: the label of a parcel', () => {
  it('H-5: the dealer is found from a shipment or an earlier return that carries the number', () => {
    expect(readLabel([shipment('A'), parcel('counted')])).toEqual({ dealerId: 'A', awaited: null });
    expect(() => assertUnannounced(readLabel([shipment('A')]))).not.toThrow();
  });

  it('H-5: a parcel that was announced and has not arrived is received as what was announced', () => {
    expect(readLabel([parcel('counted'), parcel('in_transit')]).awaited).toMatchObject({ id: 'in_transit' });
    expect(() => assertUnannounced(readLabel([parcel('in_transit')]))).toThrow(refusing('RETURN_ANNOUNCED'));
  });

  it('H-4, H-5: one that was announced and not marked as sent is awaited, one that was called off is not', () => {
    expect(readLabel([parcel('announced')]).awaited).toMatchObject({ id: 'announced' });
    expect(() => assertUnannounced(readLabel([parcel('cancelled')]))).not.toThrow();
  });

  it('H-5: a label that tells nobody, or more than one dealer, tells none', () => {
    expect(() => readLabel([])).toThrow(refusing('LABEL_UNKNOWN'));
    expect(() => readLabel([shipment('A'), shipment('B')])).toThrow(refusing('LABEL_UNKNOWN'));
  });
});
