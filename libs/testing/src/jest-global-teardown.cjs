// Stops what jest-global-setup.cjs started and removes its files.
const { rmSync } = require('node:fs');

module.exports = async function stopServers() {
  const servers = globalThis.aftercareTestServers;
  if (!servers) return;
  await Promise.all([servers.postgres.stop(), servers.nats.stop()]);
  rmSync(servers.folder, { recursive: true, force: true });
};
