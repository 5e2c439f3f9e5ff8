const { statSync } = require('node:fs');

const versions = require('../testbed/n8n/versions.json');

/**
 * A rule for a value: what it must be, in the words of the sentence "--port must be …".
 *
 * @typedef {{ what: string, test(value: string): boolean }} Rule
 */

/** @type {(what: string, least: number, most?: number) => Rule} */
const wholeNumber = (what, least, most = Number.MAX_SAFE_INTEGER) => ({
	what,
	test: (value) => /^\d+$/.test(value) && Number(value) >= least && Number(value) <= most,
});
/** @type {(...names: string[]) => Rule} */
const oneOf = (...names) => ({
	what: `one of ${names.join(', ')}`,
	test: (value) => names.includes(value),
});
/** @type {Rule} */
const VERSION = {
	what: `a version of n8n, such as ${versions.default}`,
	test: (value) => /^\d+\.\d+\.\d+$/.test(value),
};
/** @type {Rule} */
const FILE = {
	what: 'a file that is there',
	test: (value) => statSync(value, { throwIfNoEntry: false })?.isFile() === true,
};
/** @type {Rule} */
const HOST = {
	what: 'a host, with or without a port, such as localhost:8080',
	test: (value) => /^(?:[a-z\d][a-z\d.-]*|\[[a-f\d:.]+\])(?::\d{1,5})?$/i.test(value),
};
const PORT = wholeNumber('a number from 1 to 65535', 1, 65_535);
const PORT_OR_ANY = wholeNumber('a number from 0 to 65535', 0, 65_535);
const COUNT = wholeNumber('a whole number above 0', 1);
const COUNT_OR_NONE = wholeNumber('a whole number, 0 or more', 0);

/**
 * Every command of package.json: what it says of itself, what it accepts, what it needs and runs.
 * `bootstrap.mjs` reads it before anything is installed, and each script its own options
 * (`commandLine.js`), so nothing here needs a package.
 *
 * - `about`, `notes`: before and after the options in the text of `--help`
 * - `options`: as for `parseArgs` of Node, and how a value is called, what it means, what it must be
 * - `positionals`: the same for arguments without a name; without it there are none
 * - `conflict`: a sentence about options that do not go together
 * - `prepare`: what is made sure of before: `install`, `build` as well, or `rebuild` whatever there is
 * - `programs`: what is run, one after the other: sources of ours, or files in node_modules
 * - `alone`: `same`: a second one waits for the first, since both write the same files;
 *   `all`: every other command waits, since it writes sources
 */
const COMMANDS = /** @type {const} */ ({
	demo: {
		about:
			'Shows the package at work in the engine of n8n, with a sandbox in place of the platform.',
		options: {
			keep: { type: 'boolean', help: 'leave the sandbox up, to look at its inbox' },
		},
		examples: ['', '--keep'],
		prepare: 'build',
		programs: [['scripts/demo.ts']],
	},
	test: {
		about: 'Runs the tests, by jest: all of them, or those whose path holds one of the patterns.',
		positionals: { value: '[pattern …]', help: 'regular expressions for the paths of test files' },
		options: {
			testNamePattern: {
				type: 'string',
				short: 't',
				value: '<pattern>',
				help: 'only tests whose name matches',
			},
			runTestsByPath: { type: 'boolean', help: 'take the patterns as exact paths' },
			onlyChanged: { type: 'boolean', short: 'o', help: 'only tests of uncommitted changes' },
			changedSince: {
				type: 'string',
				value: '<commit>',
				help: 'only tests of what has changed since',
			},
			onlyFailures: { type: 'boolean', short: 'f', help: 'only what failed the last time' },
			listTests: { type: 'boolean', help: 'print the test files and end' },
			passWithNoTests: { type: 'boolean', help: 'finding no test is no failure' },
			watch: { type: 'boolean', help: 'run the tests of what changes, again and again' },
			watchAll: { type: 'boolean', help: 'run all tests when something changes' },
			runInBand: { type: 'boolean', short: 'i', help: 'one file after the other, in one process' },
			maxWorkers: {
				type: 'string',
				short: 'w',
				value: '<n>',
				help: 'how many processes, or how much of the cores: 2, 50%',
				is: {
					what: 'a number above 0, or a percentage',
					test: (value) => /^[1-9]\d*%?$/.test(value),
				},
			},
			bail: { type: 'boolean', short: 'b', help: 'end at the first test file that fails' },
			testTimeout: {
				type: 'string',
				value: '<ms>',
				help: 'how long a test may take (default: 60000)',
				is: COUNT,
			},
			randomize: { type: 'boolean', help: 'in random order within each file' },
			forceExit: { type: 'boolean', help: 'end although something is still open' },
			detectOpenHandles: { type: 'boolean', help: 'tell what is still open at the end' },
			coverage: { type: 'boolean', help: 'measure which code is run; written to coverage/' },
			updateSnapshot: { type: 'boolean', short: 'u', help: 'write snapshots anew' },
			verbose: { type: 'boolean', help: 'print a line for every test' },
			silent: { type: 'boolean', help: 'hide what tests print' },
			expand: { type: 'boolean', short: 'e', help: 'print whole values, not only what differs' },
			colors: { type: 'boolean', help: 'print colors, wherever it goes' },
			json: { type: 'boolean', help: 'print the results as JSON' },
			outputFile: { type: 'string', value: '<file>', help: 'with --json: where to write it' },
			ci: { type: 'boolean', help: 'do not write new snapshots' },
			'no-cache': { type: 'boolean', help: 'compile everything anew' },
		},
		examples: ['', 'faults', 'unit/tokens -t renew --verbose'],
		prepare: 'build',
		programs: [['jest/bin/jest.js']],
	},
	start: {
		about:
			'A playground: a real n8n with this package and its examples, and a sandbox to send to. The\n' +
			'first start brings n8n into the cache folder (about 3 GB, five minutes and more); parts of n8n are\n' +
			'compiled where GitHub cannot be reached, with a C++ compiler, make and Python.',
		options: {
			port: {
				type: 'string',
				value: '<number>',
				help: 'where n8n listens (default: 5678, or another one when that is taken)',
				is: PORT,
			},
			n8n: {
				type: 'string',
				default: versions.default,
				value: '<version>',
				help: `which n8n (default: ${versions.default})`,
				is: VERSION,
			},
			data: {
				type: 'string',
				value: '<folder>',
				help: 'where everything is kept (default: "playground" in the cache folder)',
			},
			fresh: { type: 'boolean', help: 'forget what was kept and begin anew' },
			zh: {
				type: 'boolean',
				help: 'everything in Chinese: the edition of the package, the examples, the sandbox',
			},
		},
		notes:
			'Everything listens on 127.0.0.1 only. Ctrl+C ends it; the next start goes on with the same data.\n' +
			'Its time zone is that of this computer, or what GENERIC_TIMEZONE names.\n' +
			'The cache folder is ~/.cache/n8n-nodes-tze, or what N8N_NODES_TZE_CACHE names.',
		examples: ['', '--port 5700 --fresh', '--zh'],
		prepare: 'build',
		programs: [['scripts/playground.ts']],
	},
	sandbox: {
		about: 'The sandbox: a stand-in for the TZE open platform on this computer.',
		options: {
			port: {
				type: 'string',
				value: '<number>',
				help: 'where to listen; 0 takes a free port (default: 4100, or a free one when that is taken)',
				is: PORT_OR_ANY,
			},
			host: {
				type: 'string',
				multiple: true,
				value: '<name:port>',
				help: 'another name to answer to, such as that of a forwarded port; may be given again',
				is: HOST,
			},
			token: {
				type: 'string',
				value: '<text>',
				help: 'the access token that is accepted (default: random)',
			},
			'app-id': {
				type: 'string',
				value: '<text>',
				help: "the application's id (default: sandbox-app)",
			},
			'app-key': {
				type: 'string',
				value: '<text>',
				help: "the application's key (default: random)",
			},
			zh: { type: 'boolean', help: 'with pages and texts in Chinese' },
		},
		notes:
			'It holds everything in memory and listens on 127.0.0.1 only. Ctrl+C ends it. Calls by another name\n' +
			'than 127.0.0.1, localhost or [::1] are refused, since a page of the web can have such a name.',
		examples: ['', '--port 0 --token 0a1b2c3d4e5f6789'],
		prepare: 'install',
		programs: [['scripts/sandbox.ts']],
	},
	bench: {
		about:
			"Measures how fast messages are sent, side by side with other ways: first in n8n's engine alone\n" +
			'(ten minutes; writes bench/RESULTS-engine.md), then in a real n8n, which is brought at first use\n' +
			'(25 minutes; writes bench/RESULTS.md).',
		options: {
			engine: { type: 'boolean', help: "in n8n's engine alone: all contenders but (c)" },
			real: { type: 'boolean', help: 'in a real n8n alone' },
			part: {
				type: 'string',
				multiple: true,
				value: '<name>',
				help: 'with --engine: only texts, tls, notice, directory or limits; may be given again; writes no file',
				is: oneOf('texts', 'tls', 'notice', 'directory', 'limits'),
			},
			only: {
				type: 'string',
				value: '<letters>',
				help: 'only these of the contenders a to f; writes no file',
				is: { what: 'letters from a to f', test: (value) => /^[a-f]+$/.test(value) },
			},
			rounds: {
				type: 'string',
				value: '<n>',
				help: 'rounds of 1,000 or 2,000 messages (default: 5, quick: 2)',
				is: COUNT,
			},
			'long-rounds': {
				type: 'string',
				value: '<n>',
				help: 'rounds of 2,000, 20,000 and 50,000 messages (default: 1); 0 leaves them out',
				is: COUNT_OR_NONE,
			},
			quick: { type: 'boolean', help: 'fewer messages, to see whether all works; writes no file' },
		},
		/** @param {{ engine?: boolean, real?: boolean, part?: string[], only?: string, 'long-rounds'?: string }} values */
		conflict({ engine, real, part, only, 'long-rounds': longRounds }) {
			if (engine && real)
				return '--engine and --real leave each other out: give one, or none for both.';
			if (part !== undefined && !engine) return '--part needs --engine: a real n8n has no parts.';
			if (engine && longRounds !== undefined) {
				return '--engine has no long rounds: leave --long-rounds out.';
			}
			if (engine && only === 'c') return '--engine compares all but (c): --only c leaves nothing.';
			return undefined;
		},
		examples: [
			'',
			'--engine',
			'--engine --part tls --rounds 3',
			'--real --only ad --long-rounds 0',
		],
		prepare: 'build',
		programs: [['bench/index.ts']],
		alone: 'same',
	},
	'test:engines': {
		about:
			'The packed package in the engines of several versions of n8n, which are brought into the cache\n' +
			'folder at first use (0.7 GB each).',
		options: {
			n8n: {
				type: 'string',
				multiple: true,
				value: '<version>',
				help: 'only this n8n; may be given again (default: all in the list below)',
				is: VERSION,
			},
		},
		notes:
			`The list: ${versions.engines.join(', ')}, and the newest that the npm registry has whole.\n` +
			'Each engine runs the tests of test/engine (the examples aside), and then the table of faults once\n' +
			'more for each of two mistakes in the package: what nobody knows is told as "not delivered", and a\n' +
			'connection that was lost as one that never was. Just the rows that the mistake is about must fail.',
		examples: ['', `--n8n ${versions.oldest} --n8n ${versions.default}`],
		prepare: 'build',
		programs: [['test/engines/index.ts']],
	},
	'test:e2e': {
		about: 'The package inside a real n8n, used in a real browser.',
		options: {
			n8n: {
				type: 'string',
				multiple: true,
				value: '<version>',
				help: `only this n8n; may be given again (default: ${versions.default}, then ${versions.oldest})`,
				is: VERSION,
			},
			only: {
				type: 'string',
				value: '<text>',
				help: 'only steps whose title holds this text, and those that they depend on',
			},
			tarball: {
				type: 'string',
				value: '<file>',
				help: "test this packed package instead of the checkout's",
				is: FILE,
			},
		},
		notes:
			'Every step leaves screenshots in test/e2e/screenshots/<version>/. The browser is Chromium.\n\n' +
			'An n8n that runs already, such as a container, is used instead when these are set:\n' +
			'  N8N_URL             scheme, host and port, such as http://127.0.0.1:5678\n' +
			'  N8N_OWNER_EMAIL     its owner, who is made when it has none yet\n' +
			'  N8N_OWNER_PASSWORD  the password; n8n wants a capital and a digit in a new one\n' +
			'It must be new and empty, with the English edition of this checkout installed (npm run pack). It must\n' +
			'reach 127.0.0.1 of this computer, where the sandbox listens: a container needs --network host (Linux).\n' +
			'Start it with N8N_SECURE_COOKIE=false, N8N_PERSONALIZATION_ENABLED=false and\n' +
			'N8N_VERSION_NOTIFICATIONS_ENABLED=false; from n8n 3.0 on with N8N_UNVERIFIED_PACKAGES_ENABLED=true, too.\n' +
			'Steps that need its log, its folder or its settings are left out, and each says why.\n' +
			'Tried with 2.41.1 that was started by hand; untried with n8n 3.',
		examples: ['', `--n8n ${versions.default} --only credential`],
		prepare: 'build',
		programs: [['test/e2e/index.ts']],
		alone: 'same',
	},
	'test:queue': {
		about:
			'The outbox in a real n8n in queue mode: main, webhook process, workers, Redis, PostgreSQL.',
		options: {
			only: {
				type: 'string',
				multiple: true,
				value: '<name>',
				help: 'only statements, calls, kill, outage, token, answer or throughput; may be given again',
				is: oneOf('statements', 'calls', 'kill', 'outage', 'token', 'answer', 'throughput'),
			},
			workers: {
				type: 'string',
				default: '2',
				value: '<n>',
				help: 'workers to begin with (default: 2)',
				is: COUNT,
			},
			calls: {
				type: 'string',
				default: '500',
				value: '<n>',
				help: 'webhook calls of a load, for 20 recipients each (default: 500)',
				is: COUNT,
			},
			n8n: {
				type: 'string',
				default: versions.default,
				value: '<version>',
				help: `this n8n (default: ${versions.default})`,
				is: VERSION,
			},
			logs: {
				type: 'boolean',
				help: "print what n8n's processes said last, when a scenario fails",
			},
		},
		notes: 'As root on Debian, Redis and PostgreSQL are installed when they are missing.',
		examples: ['', '--only kill --workers 3 --logs'],
		prepare: 'build',
		programs: [['test/queue/index.ts']],
	},
	'test:mutants': {
		about:
			'Do the tests notice mistakes? Makes the mistakes of test/mutants/data one at a time, in copies of\n' +
			'this clone, and says which of them no test notices (half an hour; with --units, ten minutes).',
		options: {
			only: {
				type: 'string',
				multiple: true,
				value: '<text>',
				help: 'only mistakes in a room or file whose path holds this; may be given again',
			},
			units: { type: 'boolean', help: 'only the tests of test/unit and test/sandbox' },
			write: { type: 'boolean', help: 'write docs/mutants.md' },
		},
		notes:
			'First the unit tests run that have to do with the file; when they do not notice the mistake, the\n' +
			'engine tests of its room, with the package built anew; then the type checker.',
		examples: ['', '--only nodes/run --units'],
		prepare: 'build',
		programs: [['test/mutants/index.ts']],
	},
	'test:upgrade': {
		about:
			'Credentials, workflows and a waiting execution that were stored with the release before go on\n' +
			'working with this package, and the other way round: in a real n8n whose data stays.',
		options: {
			n8n: {
				type: 'string',
				multiple: true,
				value: '<version>',
				help: `only this n8n; may be given again (default: ${versions.default}, then ${versions.oldest})`,
				is: VERSION,
			},
		},
		notes:
			'The release before is built from its tag, or from a commit as long as nothing was published. A clone\n' +
			'that has neither says NOT TESTED.',
		examples: ['', `--n8n ${versions.default}`],
		prepare: 'build',
		programs: [['test/upgrade/index.ts']],
	},
	'test:verification': {
		about:
			"n8n's own tool for community nodes (n8n-node lint), with its untouched configuration, on the sources\n" +
			'of what is published (260 MB are installed into .cache at first use). Then both editions are packed in\n' +
			'two clean clones of the last commit, which must make the same bytes.',
		examples: [''],
		prepare: 'install',
		programs: [['test/verification/index.ts']],
		alone: 'same',
	},
	screenshots: {
		about:
			"Takes the README's pictures again, with a real n8n and Chromium; written to docs/images. Two are animated:\n" +
			'your first message, click by click, in English and in Chinese. Four minutes.',
		examples: [''],
		prepare: 'build',
		programs: [['scripts/screenshots.ts']],
		alone: 'same',
	},
	'test:fuzz': {
		about:
			'Throws made-up answers at the nodes, and made-up calls at the examples and the sandbox, thousands of\n' +
			'them, and looks whether all that is promised holds.\n' +
			'A case is known by its seed and its number.',
		options: {
			minutes: {
				type: 'string',
				value: '<n>',
				help: 'go on for so long with each, with a new seed',
				is: COUNT,
			},
			cases: {
				type: 'string',
				default: '5000',
				value: '<n>',
				help: 'how many calls, and answers for each node, without --minutes (default: 5000)',
				is: COUNT,
			},
			seed: { type: 'string', value: '<n>', help: 'the cases of this seed', is: COUNT_OR_NONE },
			case: {
				type: 'string',
				value: '<n>',
				help: 'only the case of this number',
				is: COUNT_OR_NONE,
			},
			only: {
				type: 'string',
				value: '<name>',
				help: 'only this fuzzer: answers or calls',
				is: oneOf('answers', 'calls'),
			},
		},
		examples: ['', '--minutes 60', '--only answers --seed 7 --case 42'],
		prepare: 'build',
		programs: [['test/fuzz/index.ts']],
	},
	'fetch:n8n': {
		about: 'Brings Node and versions of n8n into the cache folder (about 3 GB each).',
		positionals: {
			value: '[version …]',
			help: `which n8n (default: ${versions.default})`,
			is: VERSION,
		},
		notes: 'The cache folder is ~/.cache/n8n-nodes-tze, or what N8N_NODES_TZE_CACHE names.',
		examples: ['', versions.oldest],
		prepare: 'install',
		programs: [['scripts/fetchN8n.ts']],
	},
	pack: {
		about:
			'Packs the package and its Chinese edition, as they are published: the same sources make the same\n' +
			'bytes, whatever the umask.',
		options: {
			to: {
				type: 'string',
				default: '.',
				value: '<folder>',
				help: 'where the .tgz files are put (default: here)',
			},
		},
		examples: ['', '--to packages'],
		prepare: 'build',
		programs: [['scripts/pack.ts']],
	},
	audit: {
		about:
			'Asks the npm registry for known vulnerabilities of the development packages; says so when it\n' +
			'gives no answer. What is published has no dependencies.',
		options: {
			required: {
				type: 'boolean',
				help: 'fail without an answer, and for what is critical or high',
			},
		},
		examples: ['', '--required'],
		prepare: 'install',
		programs: [['scripts/audit.ts']],
	},
	build: {
		about: 'Builds the package into dist, and its Chinese edition into editions.',
		examples: [''],
		prepare: 'rebuild',
		programs: [],
	},
	lint: {
		about: "Checks the sources with n8n's and typescript-eslint's rules, and their format.",
		examples: [''],
		prepare: 'install',
		programs: [
			['eslint/bin/eslint.js', '.', '--max-warnings', '0'],
			['prettier/bin/prettier.cjs', '--check', '--log-level', 'warn', '.'],
		],
	},
	format: {
		about: 'Formats the sources with prettier.',
		examples: [''],
		prepare: 'install',
		programs: [['prettier/bin/prettier.cjs', '--write', '--log-level', 'warn', '.']],
		alone: 'all',
	},
	typecheck: {
		about: 'Checks the types of all sources, tests and scripts.',
		examples: [''],
		prepare: 'install',
		programs: [
			['typescript/bin/tsc', '-p', 'tsconfig.json'],
			['typescript/bin/tsc', '-p', 'sandbox/pages/assets'],
		],
	},
});

module.exports = { COMMANDS, KNOWN_VERSIONS: versions.engines, VERSION };
