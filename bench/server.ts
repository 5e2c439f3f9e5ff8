import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/**
 * The platform of the benchmark, in a process of its own: answers every message with success after
 * the number of milliseconds that the path begins with (`/20/message`), and counts. Its parent asks
 * for the counts, which are reset then. It ends with its parent.
 */

/** What has arrived since the parent asked last. */
export interface Counts {
	messages: number;
	/** How many were under way at the same time, at most. */
	inFlight: number;
	/** How many came over a connection that had carried none before. */
	connections: number;
}

const ANSWER = Buffer.from(JSON.stringify({ retCode: '000000', retDesc: '成功' }));
const HEADERS = {
	'content-type': 'application/json; charset=utf-8',
	'content-length': ANSWER.length,
};

let counts: Counts = { messages: 0, inFlight: 0, connections: 0 };
let inFlight = 0;

const server = createServer((request, response) => {
	counts.inFlight = Math.max(counts.inFlight, ++inFlight);
	response.once('close', () => inFlight--);
	const latencyMs = Number(
		new URL(request.url ?? '', 'http://localhost').pathname.split('/', 2)[1],
	);
	request.resume().once('end', () => {
		counts.messages++;
		const answer = () => response.writeHead(200, HEADERS).end(ANSWER);
		if (latencyMs > 0) setTimeout(answer, latencyMs);
		else answer();
	});
});
// Closing an idle connection just when a client uses it would look like a failure of the client
server.keepAliveTimeout = 120_000;
server.on('connection', () => counts.connections++);
server.listen({ port: 0, host: '127.0.0.1', backlog: 4096 }, () => {
	process.send?.({ port: (server.address() as AddressInfo).port });
});

process.on('message', () => {
	process.send?.(counts);
	counts = { messages: 0, inFlight: 0, connections: 0 };
});
process.on('disconnect', () => process.exit());
