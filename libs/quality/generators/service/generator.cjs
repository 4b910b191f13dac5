// npx nx g @aftercare/quality:service care --document=complaint --rule=K-2
// Writes a service that runs at once, and its lines in the lists that deployment reads.
const { join } = require('node:path');
const { generateFiles, readJson, updateJson, writeJson } = require('@nx/devkit');

const list = 'deploy/services.json';

function addToLists(tree, name) {
  const services = readJson(tree, list);
  if (services.some((service) => service.name === name)) throw new Error(`There is a service ${name} already: see ${list}`);
  const healthPort = Math.max(...services.map((service) => service.healthPort)) + 1;
  services.push({ name, database: `aftercare_${name}`, healthPort });
  tree.write(list, `[\n${services.map((service) => `  ${JSON.stringify(service).replace(/([{:,])(?=")/g, '$1 ').replace(/:(?=\d)/g, ': ').replace(/}$/, ' }')}`).join(',\n')}\n]\n`);
  return services;
}

/** The lock file names every workspace, else npm ci refuses it. */
function addToLock(tree, name) {
  updateJson(tree, 'package-lock.json', (lock) => {
    lock.packages[`node_modules/@aftercare/${name}`] = { resolved: `services/${name}`, link: true };
    lock.packages[`services/${name}`] = { name: `@aftercare/${name}`, version: '0.1.0' };
    lock.packages = Object.fromEntries(Object.entries(lock.packages).sort(([a], [b]) => (a < b ? -1 : 1)));
    return lock;
  });
}

/** What deployment derives from the list of services. */
async function addToDeployment(tree, services) {
  const { composeText } = await import('../../../../deploy/docker/compose.mjs');
  const { initSql } = await import('../../../../deploy/postgres/service-database.mjs');
  tree.write('docker-compose.yml', composeText(services));
  tree.write('deploy/postgres/init.sql', initSql(services.map((service) => service.name)));
}

module.exports = async function service(tree, { name, document, rule }) {
  const services = addToLists(tree, name);
  const capital = (word) => word[0].toUpperCase() + word.slice(1);
  const words = { name, Name: capital(name), document, Document: capital(document), chapter: `${document}s`, rule, stamp: Date.now(), tmpl: '' };
  generateFiles(tree, join(__dirname, 'files/service'), `services/${name}`, words);
  generateFiles(tree, join(__dirname, 'files/proto'), `proto/aftercare/${name}/v1`, words);
  writeJson(tree, `services/${name}/project.json`, {
    $schema: '../../node_modules/nx/schemas/project-schema.json',
    name,
    projectType: 'application',
    sourceRoot: `services/${name}/src`,
    tags: [`scope:${name}`, 'type:service'],
    targets: { build: readJson(tree, 'services/gateway/project.json').targets.build, typecheck: {}, lint: {}, test: {} },
  });
  addToLock(tree, name);
  await addToDeployment(tree, services);
  return () => console.log(`Next: npm install; npm run generate; describe the service in services/${name}/README.md; route its rpcs in services/gateway.`);
};
