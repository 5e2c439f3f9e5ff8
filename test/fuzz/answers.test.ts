import { spawnSync } from 'node:child_process';
import path from 'node:path';

import { ROOT } from '../../testbed/root';
import { FIXED_SEED } from './random';

/**
 * The fuzzer of answers as `npm run test:fuzz` runs it, in a process of its own: so its memory and the
 * turns of its event loop are the package's and n8n's alone.
 */
it('finds no answer that does harm', () => {
	const seed = ['--seed', String(FIXED_SEED), '--cases', '5000', '--only', 'answers'];
	const { status, stdout, stderr } = spawnSync(
		process.execPath,
		['--import', 'tsx', path.join('test', 'fuzz', 'index.ts'), ...seed],
		{ cwd: ROOT, encoding: 'utf8', maxBuffer: 1e8 },
	);
	// What was found, and how to make it happen again
	expect(stderr + (status === 0 ? '' : stdout)).toBe('');
	expect(stdout).toMatch(/exchange: success: \d{4}/);
	expect(stdout).toMatch(/message: success: \d{4}/);
	expect(stdout).toMatch(/token: success: \d{2,}/);
}, 900_000);
