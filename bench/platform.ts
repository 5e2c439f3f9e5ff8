import { fork } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';

import type { Certificate } from './certificate';
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

/**
 * The path of the call that sends messages, answered after `latencyMs`.
 *
 * @param limit the limit of this path, as the server reads it (server.ts), such as `fixed-5`.
 */
export function messagePath(latencyMs: number, limit?: string): string {
	return limit === undefined ? `/${latencyMs}/message` : `/${latencyMs}/${limit}/message`;
}

/** The call that lists members, answered after `latencyMs`: what stands behind the Base URL, and its path. */
export const membersPath = (latencyMs: number) => ({
	prefix: `/${latencyMs}`,
	path: '/user/openapi/user/get-org-member-simple-list',
});

/**
 * Starts the server in a process of its own, so that its work is not measured with the node's.
 *
 * @param certificate has it speak TLS.
 */
export async function startPlatform(certificate?: Certificate): Promise<BenchPlatform> {
	const args = certificate === undefined ? [] : [certificate.keyFile, certificate.certificateFile];
	const child = fork(path.join(__dirname, 'server.ts'), args, { execArgv: ['--import', 'tsx'] });
	const [{ port }] = (await once(child, 'message')) as [{ port: number }];
	return {
		baseUrl: `${certificate === undefined ? 'http' : 'https'}://127.0.0.1:${port}`,
		async counts() {
			child.send('counts');
			const [counts] = (await once(child, 'message')) as [Counts];
			return counts;
		},
		stop: () => void child.kill(),
	};
}
