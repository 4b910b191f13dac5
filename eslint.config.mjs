export { default } from './libs/quality/eslint.config.mjs';
