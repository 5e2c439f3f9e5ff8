import { connect, createServer, type Server, type Socket } from 'node:net';

import { startSandbox, type Sandbox } from '../../sandbox';
import { createSandboxClient, type SandboxClient } from '../../sandbox/client';
import { freePort } from '../../testbed/process/ports';

/** The sandbox behind a proxy that can be shut: during an outage, the sandbox keeps what it holds. */
export interface TestPlatform {
	/** The address that messages go to. */
	url: string;
	sandbox: Sandbox;
	client: SandboxClient;
	/** Cuts every connection and refuses new ones. */
	goDown(): Promise<void>;
	/** Listens again, on the same port. */
	comeBack(): Promise<void>;
	close(): Promise<void>;
}

export async function startPlatform(): Promise<TestPlatform> {
	const port = await freePort();
	// Calls name the proxy's port
	const sandbox = await startSandbox({ hosts: [`127.0.0.1:${port}`] });
	const target = Number(new URL(sandbox.url).port);
	const sockets = new Set<Socket>();
	let proxy: Server | undefined;

	const open = async () => {
		const server = createServer((incoming) => {
			const outgoing = connect(target, '127.0.0.1');
			for (const [socket, other] of [
				[incoming, outgoing],
				[outgoing, incoming],
			]) {
				sockets.add(socket);
				socket.setNoDelay(true);
				socket.on('error', () => other.destroy());
				socket.on('close', () => {
					sockets.delete(socket);
					other.destroy();
				});
				socket.pipe(other);
			}
		});
		await new Promise<void>((resolve, reject) => {
			server.once('error', reject);
			server.listen(port, '127.0.0.1', resolve);
		});
		proxy = server;
	};
	const shut = async () => {
		const closed = new Promise((resolve) => (proxy ? proxy.close(resolve) : resolve(undefined)));
		for (const socket of sockets) socket.destroy();
		await closed;
		proxy = undefined;
	};

	await open();
	return {
		url: `http://127.0.0.1:${port}`,
		sandbox,
		client: createSandboxClient(sandbox.controlUrl),
		goDown: shut,
		comeBack: open,
		async close() {
			await shut();
			await sandbox.close();
		},
	};
}
