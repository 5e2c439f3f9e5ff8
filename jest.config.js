const { availableParallelism } = require('node:os');

/**
 * `N8N_NODES_TZE_ENGINE` names a folder with another n8n's packages in its `node_modules`, and this
 * package's tarball unpacked beside them: the engine tests then run there (`npm run test:engines`).
 */
const engine = process.env.N8N_NODES_TZE_ENGINE;

/** @type {import('jest').Config} */
module.exports = {
	testEnvironment: 'node',
	testMatch: ['<rootDir>/test/{unit,engine,sandbox,package}/**/*.test.ts'],
	// Types are checked once, by `npm run typecheck`
	transform: { '^.+\\.ts$': ['ts-jest', { diagnostics: false }] },
	// Copies of the package's manifest, which are no modules
	modulePathIgnorePatterns: ['<rootDir>/(editions|\\.cache)/.*package\\.json$'],
	transformIgnorePatterns: ['/node_modules/', '<rootDir>/dist/'],
	...(engine === undefined
		? {}
		: {
				moduleNameMapper: {
					'^(n8n-(?:core|workflow|nodes-base))(/.*)?$': `${engine}/node_modules/$1$2`,
				},
			}),
	globalTeardown: '<rootDir>/test/teardown.cjs',
	reporters: ['default', '<rootDir>/test/summaryReporter.cjs'],
	testTimeout: 60_000,
	// Most of a test is waiting for an answer: more files at once than there are cores
	maxWorkers: availableParallelism() + 1,
};
