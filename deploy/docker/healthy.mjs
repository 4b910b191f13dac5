// The container's health: the process says that it is ready (database written, broker answered).
const response = await fetch(`http://127.0.0.1:${process.env.HEALTH_PORT}/health/ready`).catch(() => undefined);
process.exit(response?.ok ? 0 : 1);
