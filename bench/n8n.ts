import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';

import { fetchN8n, type FetchedN8n } from '../testbed/n8n/fetch';
import { nodeProgram } from '../testbed/n8n/npm';
import { packPackage } from '../testbed/n8n/pack';
import type { CredentialReference } from '../testbed/n8n/client';
import { installPackage, newOwner, startN8n, type RunningN8n } from '../testbed/n8n/server';
import type { Closers } from '../testbed/process/closers';
import { until } from '../testbed/process/until';
import { startAxios, type AxiosProcess } from './axiosProcess';
import { makeCertificate } from './certificate';
import { buildMinimalPackage, MINIMAL_PACKAGE } from './minimal-node/build';
import type { Report } from './minimal-node/report.hooks';
import { ACCESS_TOKEN, messagePath, startPlatform, type BenchPlatform } from './platform';
import type { Measurement, Scheme } from './results';
import {
	credentialData,
	IN_FLIGHT,
	TRIGGER,
	workflowOf,
	type Contender,
	type NodeContender,
	type Target,
} from './workflows';

/** A run that takes longer hangs. */
const PATIENCE_MS = 900_000;
/** Nodes that are given the credential. */
const TAKES_CREDENTIAL = /tzeSendMessage|httpRequest/;
/** How often the memory is looked at. */
const SAMPLING_MS = 20;

/** An n8n with both packages installed, which can be started again and again. */
export class Installation {
	private running: RunningN8n | undefined;

	private readonly reportFile: string;

	/** The same after every start: its n8n goes on with the same data. */
	private readonly owner = newOwner();

	private readonly credentials = new Map<string, CredentialReference>();

	private axios: AxiosProcess | undefined;

	private constructor(
		readonly n8n: FetchedN8n,
		private readonly folder: string,
		private readonly platforms: Record<Scheme, BenchPlatform>,
		/** Of the certificate that the platform shows over TLS. */
		private readonly certificateFile: string,
	) {
		this.reportFile = path.join(folder, 'report.jsonl');
	}

	/** Downloads n8n at first use, and installs this package and the one to compare with. */
	static async create(closers: Closers): Promise<Installation> {
		const n8n = await fetchN8n();
		const folder = await closers.folder('bench');
		buildMinimalPackage();
		const packs = path.join(folder, 'packs');
		for (const source of ['.', MINIMAL_PACKAGE]) {
			await installPackage(folder, await packPackage(packs, source), n8n.nodeHome);
		}
		const certificate = await makeCertificate(folder);
		const platforms = { http: await startPlatform(), https: await startPlatform(certificate) };
		for (const { stop } of Object.values(platforms)) closers.add(stop);
		const installation = new Installation(n8n, folder, platforms, certificate.certificateFile);
		closers.add(() => installation.stop());
		return installation;
	}

	/** The version of the Node that n8n runs under. */
	async nodeVersion(): Promise<string> {
		const { stdout } = await promisify(execFile)(nodeProgram(this.n8n.nodeHome), ['--version']);
		return stdout.trim().replace(/^v/, '');
	}

	/** Starts n8n, and ends it before when it is running already. */
	async start(): Promise<void> {
		await this.running?.stop();
		this.running = await startN8n({
			userFolder: this.folder,
			owner: this.owner,
			env: {
				EXTERNAL_HOOK_FILES: path.join(MINIMAL_PACKAGE, 'dist', 'report.hooks.js'),
				TZE_BENCH_REPORT: this.reportFile,
				N8N_LOG_LEVEL: 'error',
				NODE_EXTRA_CA_CERTS: this.certificateFile,
			},
		});
		await this.running.client.logIn(this.owner);
	}

	/**
	 * Sends so many messages with a contender.
	 *
	 * @param how.suffix what the workflow's name ends with: `, heap` has the heap looked at.
	 */
	async run(
		contender: Contender,
		count: number,
		latencyMs: number,
		{ scheme = 'http', suffix = '' }: { scheme?: Scheme; suffix?: string } = {},
	): Promise<Measurement> {
		const platform = this.platforms[scheme];
		const target = { baseUrl: platform.baseUrl, latencyMs };
		await platform.counts();
		const spent =
			contender === 'e' || contender === 'f'
				? await this.runAxios(count, target, contender === 'e')
				: await this.runWorkflow(contender, count, target, suffix);
		const { messages: arrived, inFlight, connections } = await platform.counts();
		const lost = arrived === count ? undefined : `${arrived} of ${count} messages arrived`;
		return {
			contender,
			scheme,
			count,
			latencyMs,
			...spent,
			arrived,
			inFlight,
			connections,
			error: spent.error ?? lost,
		};
	}

	private async stop(): Promise<void> {
		this.axios?.stop();
		await this.running?.stop();
	}

	private async runWorkflow(
		contender: NodeContender,
		count: number,
		target: Target,
		suffix: string,
	) {
		if (this.running === undefined) throw new Error('n8n is not running');
		const { client } = this.running;
		const workflow = workflowOf(contender, count, target, suffix);
		const credential = await this.credential(target);
		const stored = await client.importWorkflow({
			...workflow,
			nodes: workflow.nodes.map(({ parameters, credentials: _, ...node }) => ({
				...node,
				parameters: { ...parameters },
				...(TAKES_CREDENTIAL.test(node.type) ? { credentials: { tzeApi: credential } } : {}),
			})),
			settings: {
				...workflow.settings,
				saveManualExecutions: false,
				saveExecutionProgress: false,
				saveDataSuccessExecution: 'none',
				saveDataErrorExecution: 'none',
			},
		});
		const known = this.reports().length;
		const memory = watchMemory(() => this.pid());
		try {
			await client.rest('POST', `/workflows/${stored.id}/run`, {
				workflowData: stored,
				triggerToStartFrom: { name: TRIGGER },
			});
			const report = await this.nextReport(known);
			const { timeMs, cpuMs, before, alive, credentialReads, error, failed } = report;
			const failures = failed > 0 ? `${failed} items failed` : undefined;
			const peak = memory.stop();
			return { timeMs, cpuMs, before, peak, alive, credentialReads, error: error ?? failures };
		} finally {
			memory.stop();
		}
	}

	private async credential(target: Target): Promise<CredentialReference> {
		const title = `TZE, ${target.latencyMs} ms, ${target.baseUrl}`;
		const known = this.credentials.get(title);
		if (known !== undefined) return known;
		if (this.running === undefined) throw new Error('n8n is not running');
		const { id, name } = await this.running.client.createCredential(
			title,
			'tzeApi',
			credentialData(target),
		);
		this.credentials.set(title, { id, name });
		return { id, name };
	}

	private async runAxios(count: number, { baseUrl, latencyMs }: Target, keepAlive: boolean) {
		this.axios ??= startAxios(nodeProgram(this.n8n.nodeHome), this.certificateFile);
		const url = `${baseUrl}${messagePath(latencyMs)}?accessToken=${ACCESS_TOKEN}`;
		const answer = await this.axios.send({ url, count, inFlight: IN_FLIGHT, keepAlive });
		const none = { before: 0, peak: 0, credentialReads: 0 };
		return { ...answer, ...none };
	}

	private reports(): Report[] {
		if (!existsSync(this.reportFile)) return [];
		const lines = readFileSync(this.reportFile, 'utf8').split('\n').slice(0, -1);
		return lines.map((line) => JSON.parse(line) as Report);
	}

	private async nextReport(known: number): Promise<Report> {
		let isOver = false;
		void this.running?.exit.then(() => (isOver = true));
		return await until(
			'a run to end',
			() => {
				const report = this.reports().at(known);
				if (report === undefined && isOver) {
					throw new Error(`n8n has ended:\n${this.running?.log().slice(-2000) ?? ''}`);
				}
				return report;
			},
			{ patienceMs: PATIENCE_MS, everyMs: 50 },
		);
	}

	/** The process of n8n, which writes its number when it is ready. */
	private pid(): number | undefined {
		const file = `${this.reportFile}.pid`;
		return existsSync(file) ? Number(readFileSync(file, 'utf8')) : undefined;
	}
}

/** Looks at a process's memory again and again; `stop` answers the most that was seen (bytes). */
function watchMemory(pidOf: () => number | undefined): { stop(): number } {
	const pid = pidOf();
	let peak = 0;
	const look = () => {
		peak = Math.max(peak, residentMemory(pid));
	};
	const timer = setInterval(look, SAMPLING_MS);
	return {
		stop() {
			look();
			clearInterval(timer);
			return peak;
		},
	};
}

/** Bytes of memory that a process has in use; 0 where the system has no `/proc`. */
function residentMemory(pid: number | undefined): number {
	const file = `/proc/${pid ?? 0}/status`;
	if (!existsSync(file)) return 0;
	const [, kilobytes = '0'] = /VmRSS:\s+(\d+) kB/.exec(readFileSync(file, 'utf8')) ?? [];
	return Number(kilobytes) * 1024;
}
