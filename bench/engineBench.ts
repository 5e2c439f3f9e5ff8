import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

import type { IDataObject, INode } from 'n8n-workflow';

import { Engine } from '../testbed/engine/engine';
import type { Closers } from '../testbed/process/closers';
import { ROOT } from '../testbed/root';
import { startAxios, type AxiosProcess } from './axiosProcess';
import type { Certificate } from './certificate';
import type { EngineBenchOptions } from './engine';
import { buildMinimalPackage, MINIMAL_PACKAGE } from './minimal-node/build';
import {
	ACCESS_TOKEN,
	membersPath,
	messagePath,
	startPlatform,
	type BenchPlatform,
} from './platform';
import { untilQuiet } from './quiet';
import type { Counts } from './server';
import { duration, rotated } from './statistics';
import {
	credentialData,
	IN_FLIGHT,
	MEASURED,
	node,
	sender,
	TRIGGER,
	type Contender,
	type NodeContender,
	type Target,
} from './workflows';

/** Those that can be compared here: (c) is left to the real n8n, since it takes long. */
export type EngineContender = Exclude<Contender, 'c'>;

/** What a run of a contender cost. */
export interface EngineRun {
	contender: EngineContender;
	count: number;
	latencyMs: number;
	round: number;
	timeMs: number;
	cpuMs: number;
	credentialReads: number;
	inFlight: number;
	connections: number;
}

/** Messages sent before anything is measured: by then Node has compiled the code. */
const WARM_UP = 500;
/** How long a quiet machine is waited for. */
const QUIET_PATIENCE_MS = 5_000;

/** What a run of one node cost. */
export interface NodeCost {
	/** The node's own time, and that of the whole run. */
	timeMs: number;
	wholeMs: number;
	cpuMs: number;
	credentialReads: number;
	/** What the run holds on the heap in its end (bytes), garbage collected. */
	alive: number;
	putOut: number;
}

/** n8n's engine, the servers, and bare axios. */
export class EngineBench {
	/** Shares of the machine's cores that were busy before each round, 0 to 1. */
	readonly busy: number[] = [];

	private constructor(
		readonly options: EngineBenchOptions,
		readonly plain: BenchPlatform,
		readonly tls: BenchPlatform,
		private readonly axios: AxiosProcess,
		private readonly engines: { ours: Engine; minimal: Engine },
	) {}

	/** Starts everything, and sends some messages before anything is measured. */
	static async open(
		options: EngineBenchOptions,
		certificate: Certificate,
		closers: Closers,
	): Promise<EngineBench> {
		buildMinimalPackage();
		const plain = await startPlatform();
		closers.add(plain.stop);
		const tls = await startPlatform(certificate);
		closers.add(tls.stop);
		const axios = startAxios();
		closers.add(axios.stop);
		const engines = {
			ours: await Engine.load(ROOT),
			minimal: await Engine.load(MINIMAL_PACKAGE),
		};
		const bench = new EngineBench(options, plain, tls, axios, engines);
		const all: EngineContender[] = ['a', 'b', 'd', 'e', 'f'];
		for (const platform of [plain, tls]) {
			for (const name of bench.chosen(all)) await bench.send(name, WARM_UP, platform, 0);
		}
		return bench;
	}

	/** Those of the contenders that the user has chosen. */
	chosen<Name extends EngineContender>(names: readonly Name[]): Name[] {
		return names.filter((name) => this.options.only?.includes(name) ?? true);
	}

	/** Has contenders take turns, each round beginning with another one. */
	async sideBySide(
		names: readonly EngineContender[],
		count: number,
		platform: BenchPlatform,
	): Promise<EngineRun[]> {
		const { rounds } = this.options;
		const runs: EngineRun[] = [];
		for (let round = 0; round < rounds; round++) {
			await this.waitForQuiet();
			for (const latencyMs of [0, 20]) {
				for (const name of rotated(this.chosen(names), round)) {
					const run = await this.send(name, count, platform, latencyMs);
					runs.push({ ...run, round });
					const where = `round ${round + 1} of ${rounds}, ${platform.baseUrl.split(':')[0]}`;
					tell(`${where}: (${name}) ${count} messages, ${latencyMs} ms`, run.timeMs);
				}
			}
		}
		return runs;
	}

	async waitForQuiet(): Promise<void> {
		this.busy.push(await untilQuiet(QUIET_PATIENCE_MS));
	}

	/** Sends so many texts. @throws Error when not all have arrived */
	private async send(
		contender: EngineContender,
		count: number,
		platform: BenchPlatform,
		latencyMs: number,
	): Promise<Omit<EngineRun, 'round'>> {
		const target = { baseUrl: platform.baseUrl, latencyMs };
		const spent = await this.counted(platform, count, async () =>
			contender === 'e' || contender === 'f'
				? await this.sendByAxios(count, target, contender === 'e')
				: await this.runNode(sender(contender, target), people(count), target, contender),
		);
		return { contender, count, latencyMs, ...spent };
	}

	/**
	 * Does work that makes so many calls; adds what the server has seen of them.
	 *
	 * @throws Error when they were more or fewer.
	 */
	async counted<Spent>(
		platform: BenchPlatform,
		calls: number,
		work: () => Promise<Spent>,
	): Promise<Spent & Pick<Counts, 'inFlight' | 'connections'>> {
		await platform.counts();
		const spent = await work();
		const { messages, inFlight, connections } = await platform.counts();
		if (messages !== calls) throw new Error(`${messages} of ${calls} calls arrived`);
		return { ...spent, inFlight, connections };
	}

	private async sendByAxios(count: number, { baseUrl, latencyMs }: Target, keepAlive: boolean) {
		const url = `${baseUrl}${messagePath(latencyMs)}?accessToken=${ACCESS_TOKEN}`;
		const answer = await this.axios.send({ url, count, inFlight: IN_FLIGHT, keepAlive });
		if (answer.error !== undefined) throw new Error(answer.error);
		return { ...answer, credentialReads: 0 };
	}

	/** Reads pages of a list with bare axios, one after another, over one connection. */
	async listByAxios(platform: BenchPlatform, people: number, pages: number, latencyMs: number) {
		const { prefix, path } = membersPath(latencyMs);
		const query = `accessToken=${ACCESS_TOKEN}&org_id=${people}&page_size=${people / pages}`;
		const url = `${platform.baseUrl}${prefix}${path}?${query}`;
		const task = { url, count: pages, inFlight: 1, keepAlive: true, isList: true };
		const answer = await this.axios.send(task);
		if (answer.error !== undefined) throw new Error(answer.error);
		return answer;
	}

	/** One run of a node; its own time, as n8n measures it. */
	async runNode(
		measured: INode,
		items: readonly IDataObject[],
		target: Target,
		contender: NodeContender = 'a',
	): Promise<NodeCost> {
		collectGarbage();
		const { heapUsed: before } = process.memoryUsage();
		const engine = contender === 'd' ? this.engines.minimal : this.engines.ours;
		const tzeApi = { id: 'tzeApi', name: 'tzeApi' };
		const nodes = [
			node(TRIGGER, 'n8n-nodes-base.manualTrigger', 1, {}),
			contender === 'b' ? { ...measured, credentials: { tzeApi } } : measured,
		];
		const cpuBefore = process.cpuUsage();
		const start = performance.now();
		const { run, credentialReads } = await engine.run(
			{
				name: MEASURED,
				nodes,
				connections: { [TRIGGER]: { main: [[{ node: MEASURED, type: 'main', index: 0 }]] } },
				settings: { executionOrder: 'v1' },
			},
			{
				credentials: { tzeApi: credentialData(target) },
				pinData: { [TRIGGER]: items.map((json) => ({ json })) },
			},
		);
		const wholeMs = performance.now() - start;
		const { user, system } = process.cpuUsage(cpuBefore);
		collectGarbage();
		const alive = process.memoryUsage().heapUsed - before;
		const { error, runData } = run.data.resultData;
		if (error) throw error;
		const { executionTime: timeMs, data } = runData[MEASURED][0];
		const cpuMs = (user + system) / 1000;
		const putOut = data?.main[0]?.length ?? 0;
		return { timeMs, wholeMs, cpuMs, credentialReads, alive, putOut };
	}
}

/** Items of so many people, as the texts of {@link sender} want them. */
export function people(count: number): IDataObject[] {
	return Array.from({ length: count }, (_, index) => ({
		personId: String(100_001 + index),
		name: `Person ${index + 1}`,
	}));
}

/** Tells whoever waits how far it is. */
export function tell(what: string, timeMs: number): void {
	process.stderr.write(`${what}: ${duration(timeMs)}\n`);
}

/** Collects the garbage of one run, so that this does not slow down the next one. */
function collectGarbage(): void {
	setFlagsFromString('--expose-gc');
	const collect = runInNewContext('gc') as () => void;
	collect();
}
