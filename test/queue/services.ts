import { execFile, execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, readdirSync } from 'node:fs';
import { chmod, chown, mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';

import { findOnPath, installDebianPackages } from '../../testbed/process/debianPackages';
import { freePort } from '../../testbed/process/ports';
import { startProgram, startServer } from '../../testbed/process/program';
import { lastLines, Trouble } from '../../testbed/process/trouble';

const run = promisify(execFile);

const START_PATIENCE_MS = 30_000;
/** Answers of `psql` hold ten thousand rows. */
const MAX_ANSWER_BYTES = 256 * 1024 * 1024;

/** A server on loopback. */
export interface Service {
	port: number;
	password: string;
	stop(): Promise<void>;
}

/** A role that can log in. */
export interface Login {
	user: string;
	password: string;
}

/** Its own `user` is the superuser. */
export interface Postgres extends Service, Login {
	createDatabase(name: string): Promise<void>;
	/** Runs statements, as the superuser unless told; answers the rows of the last one. */
	sql<Row>(database: string, statements: string, login?: Login): Promise<Row[]>;
	/** Runs a file of statements with psql, as the superuser, with these variables in its environment. */
	runFile(database: string, file: string, env?: Record<string, string>): Promise<void>;
}

/**
 * Makes sure that Redis and PostgreSQL are there: as root on Debian they are installed.
 *
 * @throws Trouble that says what to install
 */
export async function ensureServices(): Promise<void> {
	const missing = [
		...(findOnPath('redis-server') === undefined ? ['redis-server'] : []),
		...(postgresProgram('postgres') === undefined || findOnPath('psql') === undefined
			? ['postgresql']
			: []),
	];
	await installDebianPackages(missing, 'put redis-server, postgres, initdb and psql on the PATH');
}

/** Starts Redis with everything in memory. */
export async function startRedis(folder: string): Promise<Service> {
	await mkdir(folder, { recursive: true });
	const port = await freePort();
	const password = randomBytes(16).toString('hex');
	const file = path.join(folder, 'redis.conf');
	const settings = [
		`port ${port}`,
		'bind 127.0.0.1',
		`requirepass ${password}`,
		`dir ${folder}`,
		'save ""',
	];
	await writeFile(file, `${settings.join('\n')}\n`, { mode: 0o600 });
	const server = await startServer(
		'Redis',
		[findOnPath('redis-server') ?? 'redis-server', file],
		{},
		({ output }) => output().includes('Ready to accept connections'),
		START_PATIENCE_MS,
	);
	return { port, password, stop: server.stop };
}

/** Starts an empty PostgreSQL, as the user `postgres` when this runs as root: it refuses to be root. */
export async function startPostgres(folder: string): Promise<Postgres> {
	await mkdir(folder, { recursive: true });
	const account = process.getuid?.() === 0 ? idsOf('postgres') : undefined;
	if (account !== undefined) {
		await chown(folder, account.uid, account.gid);
		// Its parent belongs to root: passing through is all that is allowed
		await chmod(path.dirname(folder), 0o711);
	}
	const user = 'admin';
	const password = randomBytes(16).toString('hex');
	const passwordFile = path.join(folder, 'password');
	await writeFile(passwordFile, password);
	if (account !== undefined) await chown(passwordFile, account.uid, account.gid);

	const data = path.join(folder, 'data');
	const options = { cwd: folder, ...account };
	const initdb = startProgram(
		postgresProgram('initdb') ?? 'initdb',
		[
			...['-D', data, '-U', user, '-E', 'UTF8', '--locale=C', '--no-sync'],
			...['-A', 'scram-sha-256', `--pwfile=${passwordFile}`],
		],
		options,
	);
	if ((await initdb.exit) !== 0) {
		throw new Trouble(`PostgreSQL's initdb failed:\n${lastLines(initdb.output())}`);
	}

	const port = await freePort();
	const settings = {
		listen_addresses: '127.0.0.1',
		port: String(port),
		unix_socket_directories: '',
		max_connections: '300',
	};
	const psql = async (
		database: string,
		what: readonly string[],
		login: Login = { user, password },
		env = {},
	) => {
		const args = ['-h', '127.0.0.1', '-p', String(port), '-U', login.user, '-d', database];
		const { stdout } = await run(
			findOnPath('psql') ?? 'psql',
			[...args, '-X', '-q', '-A', '-t', '-v', 'ON_ERROR_STOP=1', ...what],
			{
				env: { ...process.env, ...env, PGPASSWORD: login.password },
				maxBuffer: MAX_ANSWER_BYTES,
			},
		);
		return stdout.trim();
	};
	const server = await startServer(
		'PostgreSQL',
		[
			postgresProgram('postgres') ?? 'postgres',
			'-D',
			data,
			...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
		],
		options,
		async () => (await psql('postgres', ['-c', 'SELECT 1'])) === '1',
		START_PATIENCE_MS,
	);

	return {
		port,
		password,
		user,
		async createDatabase(name) {
			await psql('postgres', ['-c', `CREATE DATABASE "${name}"`]);
		},
		async sql<Row>(database: string, statements: string, login?: Login) {
			const isQuery = /^\s*SELECT\b/i.test(statements);
			const statement = isQuery
				? `SELECT coalesce(json_agg(t), '[]') FROM (${statements}) AS t`
				: statements;
			const answer = await psql(database, ['-c', statement], login);
			return isQuery ? (JSON.parse(answer) as Row[]) : [];
		},
		async runFile(database, file, env) {
			await psql(database, ['-f', file], undefined, env);
		},
		async stop() {
			// SIGTERM would wait until all clients have disconnected
			await server.end('SIGINT', 5_000);
		},
	};
}

/** Debian keeps the server's programs off the PATH, in a folder for each version. */
function postgresProgram(name: string): string | undefined {
	const root = '/usr/lib/postgresql';
	const versions = existsSync(root) ? readdirSync(root) : [];
	return versions
		.sort((a, b) => Number(b) - Number(a))
		.map((version) => path.join(root, version, 'bin', name))
		.concat(findOnPath(name) ?? [])
		.find((file) => existsSync(file));
}

function idsOf(user: string): { uid: number; gid: number } {
	const id = (option: string) =>
		Number(execFileSync('id', [option, user], { encoding: 'utf8' }).trim());
	try {
		return { uid: id('-u'), gid: id('-g') };
	} catch {
		throw new Trouble(`PostgreSQL does not run as root, and there is no user "${user}".`);
	}
}
