import { readdirSync, readFileSync } from 'node:fs';
import * as contracts from '@aftercare/contracts';
import { factsFrom } from './permissions.mjs';

const facts = factsFrom(contracts.eventMap);
const typeNames = new Map(
  Object.entries(contracts).flatMap(([name, value]) =>
    typeof value === 'object' && 'kind' in value && value.kind === 'service' ? [[name, value.typeName.replace('aftercare.', '')]] : [],
  ),
);

/** The services that a service's code asks through a typed client, by their contract names. */
function askedBy(service: string): string[] {
  const folder = `services/${service}/src`;
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) => /\.ts$/.test(file) && !/\.(spec|fixture)\.ts$/.test(file));
  const names = files.flatMap((file) => [...readFileSync(`${folder}/${file}`, 'utf8').matchAll(/\bbus\)?\.client\(\s*(\w+)/gi)].map((match) => match[1] ?? ''));
  return [...new Set(names)].map((name) => typeNames.get(name) ?? name).filter((name) => !name.startsWith('common.')).sort();
}

describe('who may ask whom', () => {
  it.each(facts.services.filter((service) => service !== 'gateway'))('%s may ask at the broker exactly what its code asks', (service) => {
    expect(facts.calls[service]).toEqual(askedBy(service));
  });

  it('nobody asks the gateway: it is the one that asks', () => {
    expect(Object.values(facts.calls).flat().filter((name) => name.startsWith('gateway'))).toEqual([]);
  });
});
