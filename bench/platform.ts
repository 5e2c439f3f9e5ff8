import { fork } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';

import type { Counts } from './server';

/** The benchmark's own small server. */
export interface BenchPlatform {
	baseUrl: string;
	/** What has arrived since this was called last. */
	counts(): Promise<Counts>;
	stop(): void;
}

/** Any text will do: the server does not look at it. */
export const ACCESS_TOKEN = 'bench-0123456789abcdef';

/** The path of the call that sends messages, answered after `latencyMs`. */
export function messagePath(latencyMs: number): string {
	return `/${latencyMs}/message`;
}

/** Starts the server in a process of its own, so that its work is not measured with the node's. */
export async function startPlatform(): Promise<BenchPlatform> {
	const child = fork(path.join(__dirname, 'server.ts'), { execArgv: ['--import', 'tsx'] });
	const [{ port }] = (await once(child, 'message')) as [{ port: number }];
	return {
		baseUrl: `http://127.0.0.1:${port}`,
		async counts() {
			child.send('counts');
			const [counts] = (await once(child, 'message')) as [Counts];
			return counts;
		},
		stop: () => void child.kill(),
	};
}
