/** @type {import('jest').Config} */
module.exports = {
	testEnvironment: 'node',
	testMatch: ['<rootDir>/test/{unit,engine,sandbox,package}/**/*.test.ts'],
	// Types are checked once, by `npm run typecheck`
	transform: { '^.+\\.ts$': ['ts-jest', { diagnostics: false }] },
	// Copies of the package's manifest, which are no modules
	modulePathIgnorePatterns: ['<rootDir>/(editions|\\.cache)/.*package\\.json$'],
	transformIgnorePatterns: ['/node_modules/', '<rootDir>/dist/'],
	globalTeardown: '<rootDir>/test/teardown.cjs',
	reporters: ['default', '<rootDir>/test/summary-reporter.cjs'],
	testTimeout: 60_000,
};
