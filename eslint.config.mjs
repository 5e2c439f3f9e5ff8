import { buildScanConfig } from '@n8n/scan-community-package/scanner/scanner.mjs';
import tseslint from 'typescript-eslint';

/**
 * What the published package must meet is what n8n's own scanner checks, with its configuration
 * taken from it. Everything else is held to typescript-eslint's rules.
 */
const published = [
	'package.json',
	'nodes/**/*.{ts,json}',
	'{credentials,transport,platform}/**/*.ts',
];

/** Sources whose types are known; the scripts of the sandbox's pages have theirs in JSDoc. */
const typed = ['**/*.ts', 'sandbox/pages/assets/*.js'];

export default tseslint.config(
	{ ignores: ['dist/**', 'editions/**', 'node_modules/**', 'coverage/**', '.cache/**'] },
	...(await buildScanConfig()).map((config) => ({ files: published, ...config })),
	...[...tseslint.configs.strict, ...tseslint.configs.stylistic].map((config) => ({
		...config,
		files: typed,
	})),
	{
		files: typed,
		languageOptions: { parserOptions: { projectService: true } },
		rules: {
			'@typescript-eslint/no-floating-promises': 'error',
			'@typescript-eslint/no-misused-promises': 'error',
			'@typescript-eslint/await-thenable': 'error',
			'@typescript-eslint/switch-exhaustiveness-check': 'error',
			'@typescript-eslint/consistent-type-imports': 'error',
			'@typescript-eslint/no-unused-vars': [
				'error',
				{ varsIgnorePattern: '^_', argsIgnorePattern: '^_' },
			],
			'@typescript-eslint/array-type': ['error', { default: 'array-simple' }],
		},
	},
);
