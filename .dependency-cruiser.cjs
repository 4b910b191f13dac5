module.exports = require('./libs/quality/dependency-cruiser.cjs');
