import { createServer } from 'node:net';

import { Trouble } from './trouble';

/** A port of this machine that no program listens on. */
export async function freePort(): Promise<number> {
	return await listenOnce(0);
}

/** @throws Trouble when a program listens on the port already, naming the option that changes it */
export async function checkPort(port: number, option: string): Promise<void> {
	try {
		await listenOnce(port);
	} catch {
		throw new Trouble(
			`Port ${port} is in use by another program. End it, or choose another port with ${option}.`,
		);
	}
}

async function listenOnce(port: number): Promise<number> {
	return await new Promise((resolve, reject) => {
		const server = createServer();
		server.once('error', reject);
		server.listen({ port, host: '127.0.0.1', exclusive: true }, () => {
			const address = server.address();
			server.close(() => {
				resolve(typeof address === 'object' && address !== null ? address.port : port);
			});
		});
	});
}
