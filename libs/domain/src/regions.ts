import { REGION_DIGITS } from './region-codes.js';

let known: Set<string> | undefined;

/** True for a six-digit code of GB/T 2260: a province (310000), a city (330100) or a district (310104). */
export function isRegionCode(value: unknown): value is string {
  known ??= expand();
  return typeof value === 'string' && known.has(value);
}

/** True for a code exact enough for an address: a district, or a city, as some cities have no districts (441900). */
export function isAddressRegion(value: unknown): value is string {
  return isRegionCode(value) && !value.endsWith('0000');
}

/** Whether a region lies in a territory given as codes of provinces, cities or districts (D-1). */
export function regionWithin(region: string, territory: readonly string[]): boolean {
  return territory.some((code) => region.startsWith(code.replace(/(00){1,2}$/, '')));
}

function expand(): Set<string> {
  const codes = new Set<string>();
  for (const [province, cities] of Object.entries(REGION_DIGITS)) {
    codes.add(`${province}0000`);
    for (const entry of cities.split(' ').filter(Boolean)) {
      const [city, districts] = entry.split(':');
      codes.add(`${province}${city}00`);
      for (let at = 0; at < districts.length; at += 2) codes.add(`${province}${city}${districts.slice(at, at + 2)}`);
    }
  }
  return codes;
}
