const { spawnSync } = require('node:child_process');
const { rmSync } = require('node:fs');
const { dest, parallel, series, src } = require('gulp');

/** An old build would leave files behind that no longer have a source. */
async function clean() {
	rmSync('dist', { recursive: true, force: true });
}

function compile(done) {
	const tsc = require.resolve('typescript/bin/tsc');
	const { status } = spawnSync(process.execPath, [tsc, '-p', 'tsconfig.build.json'], {
		stdio: 'inherit',
	});
	done(status === 0 ? undefined : new Error('The TypeScript compiler found errors.'));
}

/** Icons are read by path at run time: `tsc` does not copy them. `encoding: false` keeps bytes as they are. */
function icons() {
	return src('icons/*.svg', { encoding: false }).pipe(dest('dist/icons'));
}

/** Codex files: category, aliases and links of a node in the nodes panel. */
function codex() {
	return src('nodes/**/*.node.json', { encoding: false }).pipe(dest('dist/nodes'));
}

exports.build = series(clean, parallel(compile, icons, codex));
exports.default = exports.build;
