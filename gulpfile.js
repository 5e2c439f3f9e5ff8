const { spawnSync } = require('node:child_process');
const {
	copyFileSync,
	cpSync,
	readdirSync,
	mkdirSync,
	readFileSync,
	renameSync,
	rmSync,
	statSync,
	writeFileSync,
} = require('node:fs');
const path = require('node:path');
const { dest, parallel, series, src } = require('gulp');
const { readTranslations, translate } = require('./scripts/edition');

const REPOSITORY = 'https://github.com/n8n-nodes-tze/n8n-nodes-tze';
const CHINESE_DOCS = `${REPOSITORY}/blob/main/docs/zh-CN`;

/** Where the build is made; commands that run use the one before meanwhile. */
const STAGE = path.join('.cache', 'build');
const BUILT = ['dist', 'editions'];

async function clean() {
	rmSync(STAGE, { recursive: true, force: true });
}

function compile(done) {
	const tsc = require.resolve('typescript/bin/tsc');
	const args = [tsc, '-p', 'tsconfig.build.json', '--outDir', path.join(STAGE, 'dist')];
	const { status } = spawnSync(process.execPath, args, { stdio: 'inherit' });
	// It has said what is wrong: gulp's stack would hide that
	if (status !== 0) process.exit(1);
	done();
}

/** Icons are read by path at run time: `tsc` does not copy them. `encoding: false` keeps bytes as they are. */
function icons() {
	return src('icons/*.svg', { encoding: false }).pipe(dest(`${STAGE}/dist/icons`));
}

/**
 * Codex files: category, aliases and links of a node in the nodes panel. Schemas: the fields of its
 * output that n8n shows before the first run.
 */
function nodeFiles() {
	const files = ['nodes/**/*.node.json', 'nodes/**/__schema__/**/*.json'];
	return src(files, { encoding: false }).pipe(dest(`${STAGE}/dist/nodes`));
}

/**
 * The Chinese edition, in `editions/zh-CN`: the build with its texts replaced, and a manifest with
 * the version suffix and npm tag of the edition. Names of packages, nodes and fields stay, so that
 * workflows move freely between the editions.
 */
async function chineseEdition() {
	const folder = path.join(STAGE, 'editions', 'zh-CN');
	const translations = readTranslations(__dirname, 'zh-CN');
	cpSync(path.join(STAGE, 'dist'), path.join(folder, 'dist'), { recursive: true });
	for (const entry of readdirSync(path.join(folder, 'dist'), { recursive: true })) {
		const file = path.join(folder, 'dist', entry);
		if (entry.endsWith('.js')) {
			writeFileSync(file, translate(file, readFileSync(file, 'utf8'), translations));
		} else if (entry.endsWith('.node.json')) {
			const links = readFileSync(file, 'utf8').replaceAll(
				`"${REPOSITORY}"`,
				`"${CHINESE_DOCS}/README.md"`,
			);
			writeFileSync(file, links);
		}
	}

	const { scripts, devDependencies, ...manifest } = JSON.parse(
		readFileSync('package.json', 'utf8'),
	);
	manifest.version += '-zh-cn';
	manifest.publishConfig = { tag: 'zh-cn' };
	writeFileSync(path.join(folder, 'package.json'), `${JSON.stringify(manifest, null, 2)}\n`);
	copyFileSync('LICENSE', path.join(folder, 'LICENSE'));
	const guide = readFileSync(path.join('docs', 'zh-CN', 'README.md'), 'utf8');
	// It moves: what it names beside it is in the repository, a picture as the file itself
	const absolute = guide
		.replace(/(!\[[^\]]*\])\(\.\.\/([^)]+)\)/g, `$1(${REPOSITORY}/raw/main/docs/$2)`)
		.replace(/\]\((?!https?:|#)([^)]+)\)/g, `](${CHINESE_DOCS}/$1)`);
	writeFileSync(path.join(folder, 'README.md'), absolute);
}

/**
 * Puts the build in its place: each file that differs in one step, so that no command that runs misses
 * one, and none that no longer has a source stays.
 */
async function replace() {
	for (const folder of BUILT) {
		const made = filesOf(path.join(STAGE, folder));
		for (const file of made) {
			const [from, to] = [path.join(STAGE, folder, file), path.join(folder, file)];
			if (isFile(to) && readFileSync(from).equals(readFileSync(to))) continue;
			mkdirSync(path.dirname(to), { recursive: true });
			renameSync(from, to);
		}
		for (const file of filesOf(folder)) if (!made.includes(file)) rmSync(path.join(folder, file));
	}
	rmSync(STAGE, { recursive: true, force: true });
}

function filesOf(folder) {
	const entries = readdirSync(folder, { recursive: true });
	return entries.filter((entry) => isFile(path.join(folder, entry)));
}

function isFile(file) {
	return statSync(file, { throwIfNoEntry: false })?.isFile() === true;
}

exports.chineseEdition = chineseEdition;
exports.build = series(clean, parallel(compile, icons, nodeFiles), chineseEdition, replace);
exports.default = exports.build;
