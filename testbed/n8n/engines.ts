import { Trouble } from '../process/trouble';
import { engineFolder, ENGINE_VERSIONS } from './cache';
import { fetchNodeHome, fetchPackages } from './fetch';
import { npm } from './npm';

/** The parts of n8n that run workflows: its engine, its library, and its own nodes. */
const PARTS = ['n8n-core', 'n8n-workflow', 'n8n-nodes-base'] as const;
type Parts = Record<(typeof PARTS)[number], string>;

/** An engine that is ready to be loaded. */
export interface FetchedEngine {
	/** The n8n that has it. */
	version: string;
	/** The folder whose `node_modules` holds it. */
	folder: string;
	/** The folder of the Node to run it with: the one that n8n wants. */
	nodeHome: string;
}

/** What an engine takes on disk, npm's own cache included. */
const ENGINE_BYTES = 1e9;

/** How many of the newest versions are checked for one all of whose parts are published. */
const NEWEST_TRIED = 20;

/**
 * Downloads the engine of an n8n into the cache folder: its parts in exactly the versions that this
 * n8n depends on.
 *
 * @throws Trouble when the disk is full, the registry cannot be reached, or npm fails
 */
export async function fetchEngine(
	version: string,
	onLine: (line: string) => void = () => undefined,
): Promise<FetchedEngine> {
	const folder = engineFolder(version);
	await fetchPackages({
		folder,
		bytes: ENGINE_BYTES,
		version,
		packages: async () => {
			const parts = await partsOf(version);
			return PARTS.map((name) => `${name}@${parts[name]}`);
		},
		onLine,
	});
	return { version, folder, nodeHome: await fetchNodeHome(onLine) };
}

/**
 * {@link ENGINE_VERSIONS}, and the newest n8n all of whose parts the registry has: now and then an
 * n8n is published whose engine is not.
 *
 * @throws Trouble when the registry cannot be reached
 */
export async function engineVersions(): Promise<string[]> {
	const published = await view<string[]>('n8n', 'versions');
	const releases = published.filter((version) => /^\d+\.\d+\.\d+$/.test(version)).sort(byVersion);
	for (const version of releases.slice(-NEWEST_TRIED).reverse()) {
		if (await isWhole(version)) return [...new Set([...ENGINE_VERSIONS, version])].sort(byVersion);
	}
	throw new Trouble(`None of the newest ${NEWEST_TRIED} versions of n8n has all of its parts.`);
}

async function isWhole(version: string): Promise<boolean> {
	const parts = await partsOf(version);
	for (const name of PARTS) {
		const found = await view<string | undefined>(`${name}@${parts[name]}`, 'version');
		if (found === undefined) return false;
	}
	return true;
}

async function partsOf(version: string): Promise<Parts> {
	const parts = await view<Parts | undefined>(`n8n@${version}`, 'dependencies');
	if (parts === undefined) throw new Trouble(`The npm registry has no n8n ${version}.`);
	return parts;
}

/** What the registry says of a package; `undefined` when it has no such version. */
async function view<T>(what: string, field: string): Promise<T> {
	const said = await npm(['view', what, field, '--json'], { cwd: '.' }).catch((error: unknown) => {
		if (error instanceof Trouble && /\bE404\b/.test(error.message)) return '';
		throw error;
	});
	// npm may print warnings before and after it
	const [json] = /^[[{"].*[\]}"]$/ms.exec(said) ?? [];
	return (json === undefined ? undefined : JSON.parse(json)) as T;
}

function byVersion(a: string, b: string): number {
	return a.localeCompare(b, 'en', { numeric: true });
}
