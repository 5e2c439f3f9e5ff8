const { parseArgs } = require('node:util');

const { COMMANDS } = require('./commands');

/** @typedef {keyof typeof COMMANDS} CommandName */
/**
 * What an option gives.
 *
 * @template Option
 * @typedef {Option extends { type: 'boolean' } ? boolean | undefined
 *   : Option extends { multiple: true } ? string[] | undefined
 *   : Option extends { default: string } ? string : string | undefined} ValueOf
 */
/**
 * @template Command
 * @typedef {Command extends { options: infer Options }
 *   ? { [Name in keyof Options]: ValueOf<Options[Name]> } : {}} ValuesOf
 */

const HELP = /** @type {const} */ ({ type: 'boolean', short: 'h', help: 'this text' });

/**
 * What a command was given on the command line, by its entry in {@link COMMANDS}. Asked for help, or
 * given something that it does not accept, it says so and ends the program, with 0 or 2.
 *
 * @template {CommandName} Name
 * @param {Name} name
 * @param {string[]} [args]
 * @returns {{ values: ValuesOf<typeof COMMANDS[Name]>, positionals: string[] }}
 */
function readCommandLine(name, args = process.argv.slice(2)) {
	const { options = {}, positionals: more, conflict } = COMMANDS[name];
	const named = args.includes('--') ? args.slice(0, args.indexOf('--')) : args;
	if (named.includes('--help') || named.includes('-h')) {
		process.stdout.write(helpOf(name));
		process.exit(0);
	}
	let read;
	try {
		read = parseArgs({ args, options, allowPositionals: more !== undefined, tokens: true });
	} catch (error) {
		// What follows explains how Node reads a command line
		return refuse(name, `${error.message.split(/\.? To |\. |\.?\n/)[0]}.`);
	}

	const { values, positionals, tokens } = read;
	const given = new Set();
	for (const token of tokens) {
		if (token.kind === 'positional') check(name, 'An argument', token.value, more?.is);
		if (token.kind !== 'option') continue;
		const { multiple, is } = options[token.name];
		if (given.has(token.name) && multiple !== true) refuse(name, `--${token.name} is given twice.`);
		given.add(token.name);
		if (token.value !== undefined) check(name, `--${token.name}`, token.value, is);
	}
	const problem = conflict?.(values);
	if (problem !== undefined) refuse(name, problem);
	return { values, positionals };
}

function check(name, what, value, rule) {
	if (value.trim() === '') refuse(name, `${what} must not be empty.`);
	if (rule !== undefined && !rule.test(value)) {
		refuse(name, `${what} must be ${rule.what}, not "${value}".`);
	}
}

/**
 * Ends the program, since the command line is wrong.
 *
 * @param {CommandName} name
 * @param {string} sentence
 * @returns {never}
 */
function refuse(name, sentence) {
	process.stderr.write(`${sentence} See ${callOf(name)} -- --help.\n`);
	process.exit(2);
}

/** How a command is called. */
function callOf(name) {
	return ['test', 'start'].includes(name) ? `npm ${name}` : `npm run ${name}`;
}

function helpOf(name) {
	const { about, options = {}, positionals, notes, examples } = COMMANDS[name];
	const call = callOf(name);
	const rows = Object.entries({ ...options, help: HELP }).map(
		([option, { short, value, help }]) => [
			`${short === undefined ? '' : `-${short}, `}--${option}${value === undefined ? '' : ` ${value}`}`,
			help,
		],
	);
	if (positionals !== undefined) rows.unshift([positionals.value, positionals.help]);
	const width = Math.max(...rows.map(([left]) => left.length));
	const wanted = [positionals?.value, '[options]'].filter((part) => part !== undefined);
	return [
		about,
		'',
		`  ${call} -- ${wanted.join(' ')}`,
		'',
		...rows.map(([left, help]) => `  ${left.padEnd(width)}  ${help}`),
		'',
		'Examples:',
		...examples.map((args) => `  ${call}${args === '' ? '' : ` -- ${args}`}`),
		...(notes === undefined ? [] : ['', notes]),
		'',
	].join('\n');
}

module.exports = { readCommandLine, refuse };
