import type { Check } from './checks';
import { tell, type EngineBench } from './engineBench';
import { membersPath, type BenchPlatform } from './platform';
import { duration, spreadOf, table } from './statistics';
import { itemMaker, memberReader, type Target } from './workflows';

const PAGE_SIZE = 500;
const LATENCY_MS = 20;

/** What one round took, of each. */
interface Round {
	scheme: string;
	people: number;
	/** The node that reads all members, and the whole run. */
	node: number;
	whole: number;
	/** Bare calls for the same pages, one after another. */
	bare: number;
	/** The whole run of a node that makes as many items. */
	items: number;
	/** Bytes on the heap for each person, in the end of the run: of the node, and of the made items. */
	alive: number;
	aliveItems: number;
}

/** All members of a large organization: the node, bare calls for the same pages, and n8n's own items. */
export async function measureDirectory(
	bench: EngineBench,
): Promise<{ checks: Check[]; text: string }> {
	if (bench.chosen(['a']).length === 0) return { checks: [], text: 'Not measured.' };
	const people = bench.options.quick ? 5_000 : 20_000;
	const platforms = { http: bench.plain, https: bench.tls };
	const rounds: Round[] = [];
	for (let round = -1; round < bench.options.rounds; round++) {
		await bench.waitForQuiet();
		for (const [scheme, platform] of Object.entries(platforms)) {
			for (const count of [people / 10, people]) {
				const result = { scheme, ...(await measureRound(bench, platform, count, round)) };
				// Before the first one, Node has not compiled the code
				if (round >= 0) rounds.push(result);
				tell(`round ${round + 1}, ${scheme}: ${count} members`, result.whole);
			}
		}
	}
	const of = (scheme: string, count: number) =>
		rounds.filter((one) => one.scheme === scheme && one.people === count);
	const rows = Object.keys(platforms).flatMap((scheme) =>
		[people / 10, people].map((count) => {
			const time = (value: (one: Round) => number) => {
				const { median, min, max } = spreadOf(of(scheme, count).map(value));
				return `${duration(median)} (${duration(min)}–${duration(max)})`;
			};
			return [
				scheme,
				count.toLocaleString('en'),
				time(({ node }) => node),
				time(({ whole }) => whole),
				time(({ bare }) => bare),
				time(({ items }) => items),
				ratioOf(of(scheme, count)).toFixed(2),
				bytes(of(scheme, count).map(({ alive }) => alive)),
				bytes(of(scheme, count).map(({ aliveItems }) => aliveItems)),
			];
		}),
	);
	const head = [
		`pages of ${PAGE_SIZE}, answers after ${LATENCY_MS} ms`,
		'members',
		'node',
		'whole run',
		'bare calls, one after another',
		"n8n's own run with as many items",
		'(whole run − own run) to bare calls',
		'alive per member',
		'alive per made item',
	];
	const alive = (count: number) => spreadOf(of('http', count).map((one) => one.alive)).median;
	return {
		checks: [
			...Object.keys(platforms).map((scheme) => ({
				what: `directory, ${scheme}: what n8n's own items leave to bare calls`,
				limit: 1.5,
				value: ratioOf(of(scheme, people)),
			})),
			{
				what: `directory: memory alive per member, ${people} to ${people / 10}`,
				limit: 1.2,
				value: alive(people) / alive(people / 10),
			},
		],
		text: table(head, rows),
	};
}

async function measureRound(
	bench: EngineBench,
	platform: BenchPlatform,
	people: number,
	round: number,
): Promise<Omit<Round, 'scheme'>> {
	const { prefix } = membersPath(LATENCY_MS);
	const target: Target = { baseUrl: platform.baseUrl, latencyMs: LATENCY_MS, prefix };
	const pages = people / PAGE_SIZE;
	const measured = { node: 0, whole: 0, bare: 0, items: 0, alive: 0, aliveItems: 0 };
	const turns = [
		async () => {
			// The last full page may have another behind it
			const read = async () => await bench.runNode(memberReader(people), [{}], target);
			const cost = await bench.counted(platform, pages + 1, read);
			if (cost.putOut !== people) throw new Error(`${cost.putOut} of ${people} members came`);
			measured.node = cost.timeMs;
			measured.whole = cost.wholeMs;
			measured.alive = cost.alive / people;
		},
		async () => {
			const read = async () => await bench.listByAxios(platform, people, pages, LATENCY_MS);
			measured.bare = (await bench.counted(platform, pages, read)).timeMs;
		},
		async () => {
			const cost = await bench.runNode(itemMaker(people), [{}], target, 'd');
			measured.items = cost.wholeMs;
			measured.aliveItems = cost.alive / people;
		},
	];
	// Each round begins with another one
	for (let turn = 0; turn < turns.length; turn++) await turns[(turn + round + 3) % turns.length]();
	return { people, ...measured };
}

function ratioOf(rounds: readonly Round[]): number {
	return spreadOf(rounds.map(({ whole, items, bare }) => (whole - items) / bare)).median;
}

function bytes(values: readonly number[]): string {
	return `${Math.round(spreadOf(values).median)} B`;
}
