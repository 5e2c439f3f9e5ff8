const { spawnSync } = require('node:child_process');
const {
	copyFileSync,
	cpSync,
	readdirSync,
	readFileSync,
	rmSync,
	writeFileSync,
} = require('node:fs');
const path = require('node:path');
const { dest, parallel, series, src } = require('gulp');
const { readTranslations, translate } = require('./scripts/edition');

const REPOSITORY = 'https://github.com/n8n-nodes-tze/n8n-nodes-tze/blob/main';

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

/**
 * The Chinese edition, in `editions/zh-CN`: the build with its texts replaced, and a manifest with
 * the version suffix and npm tag of the edition. Names of packages, nodes and fields stay, so that
 * workflows move freely between the editions.
 */
async function chineseEdition() {
	const folder = path.join('editions', 'zh-CN');
	const translations = readTranslations(__dirname, 'zh-CN');
	rmSync(folder, { recursive: true, force: true });
	cpSync('dist', path.join(folder, 'dist'), { recursive: true });
	for (const entry of readdirSync(path.join(folder, 'dist'), { recursive: true })) {
		if (!entry.endsWith('.js')) continue;
		const file = path.join(folder, 'dist', entry);
		writeFileSync(file, translate(file, readFileSync(file, 'utf8'), translations));
	}

	const { scripts, devDependencies, ...manifest } = JSON.parse(
		readFileSync('package.json', 'utf8'),
	);
	manifest.version += '-zh-cn';
	manifest.publishConfig = { tag: 'zh-cn' };
	writeFileSync(path.join(folder, 'package.json'), `${JSON.stringify(manifest, null, 2)}\n`);
	copyFileSync('LICENSE', path.join(folder, 'LICENSE'));
	const guide = readFileSync(path.join('docs', 'zh-CN', 'README.md'), 'utf8');
	// It moves: links to files beside it must lead to the repository
	const absolute = guide.replace(/\]\((?!https?:|#)([^)]+)\)/g, `](${REPOSITORY}/docs/zh-CN/$1)`);
	writeFileSync(path.join(folder, 'README.md'), absolute);
}

exports.chineseEdition = chineseEdition;
exports.build = series(clean, parallel(compile, icons, codex), chineseEdition);
exports.default = exports.build;
