// What a container runs: the service its image was built for.
const { SERVICE } = process.env;
if (!SERVICE) throw new Error('this image holds every service and runs none: set SERVICE, or run deploy/docker/migrate.mjs');
await import(`../../services/${SERVICE}/dist/main.js`);
