import { readFileSync } from 'node:fs';
import { createServer as createHttpServer, type RequestListener } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import type { AddressInfo } from 'node:net';

import { limiterOf, type Limiter, type Limit } from './limits';

/**
 * The platform of the benchmark, in a process of its own: answers every message with success after
 * the number of milliseconds that the path begins with (`/20/message`), and counts. Its parent asks
 * for the counts, which are reset then. It ends with its parent.
 *
 * A path may name a limit (`/20/fixed-5/message`): each such path has a limit of its own, answers 429
 * to what is beyond it, and counts for itself.
 *
 * The call that lists members (`/20/user/openapi/…`) is answered with a page of them.
 *
 * With two arguments, the files of a key and of its certificate, it speaks TLS.
 */

/** What has arrived since the parent asked last. */
export interface Counts {
	messages: number;
	/** How many were under way at the same time, at most. */
	inFlight: number;
	/** How many came over a connection that had carried none before. */
	connections: number;
	/** What came to each path with a limit. */
	limited: Record<string, LimitedCounts>;
}

/** What came to a path with a limit. */
export interface LimitedCounts {
	taken: number;
	/** How many different messages were taken. */
	different: number;
	turnedAway: number;
}

const ANSWER = Buffer.from(JSON.stringify({ retCode: '000000', retDesc: '成功' }));
const HEADERS = {
	'content-type': 'application/json; charset=utf-8',
	'content-length': ANSWER.length,
};

const LIST_HEADERS = { 'content-type': 'application/json; charset=utf-8' };

/** `/20/message`, `/20/fixed-5/message`, `/20/sliding-5-retryAfter/38/message`. */
const PATH = /^\/(\d+)(?:\/(fixed|sliding)-(\d+)(-retryAfter)?)?\//;

/** A path with a limit: what it takes, and what it has taken. */
interface LimitedPath {
	takes: Limiter;
	texts: Set<string>;
	counts: LimitedCounts;
}

const none = (): Counts => ({ messages: 0, inFlight: 0, connections: 0, limited: {} });
const limitedPaths = new Map<string, LimitedPath>();
let counts = none();
let inFlight = 0;

const answerCall: RequestListener = (request, response) => {
	counts.inFlight = Math.max(counts.inFlight, ++inFlight);
	response.once('close', () => inFlight--);
	const { pathname, searchParams } = new URL(request.url ?? '', 'http://localhost');
	const list = pathname.includes('/user/openapi/') ? membersPage(searchParams) : undefined;
	const [, latency, kind, perSecond, retryAfter] = PATH.exec(pathname) ?? [];
	const limit = { window: kind, perSecond: Number(perSecond) } as Limit;
	const limited = kind === undefined ? undefined : limitedPath(pathname, limit);
	const isTaken = limited?.takes(Date.now()) ?? true;
	const chunks: Buffer[] = [];
	if (limited === undefined) request.resume();
	else request.on('data', (chunk: Buffer) => chunks.push(chunk));
	request.once('end', () => {
		counts.messages++;
		if (limited !== undefined) note(limited, isTaken, Buffer.concat(chunks).toString());
		const answer = () => {
			if (list !== undefined) response.writeHead(200, LIST_HEADERS).end(list);
			else if (isTaken) response.writeHead(200, HEADERS).end(ANSWER);
			else response.writeHead(429, retryAfter === undefined ? {} : { 'retry-after': '1' }).end();
		};
		const latencyMs = Number(latency);
		if (latencyMs > 0) setTimeout(answer, latencyMs);
		else answer();
	});
};

/** So many people are members of any organization whose ID is that number. */
function membersPage(query: URLSearchParams): string {
	const [count, page, size] = ['org_id', 'page', 'page_size'].map((name) =>
		Number(query.get(name)),
	);
	const from = (page - 1) * size;
	const result = Array.from({ length: Math.max(0, Math.min(size, count - from)) }, (_, index) => ({
		user_id: String(100_001 + from + index),
		name: `Person ${from + index + 1}`,
		user_type: '0',
	}));
	return JSON.stringify({ code: '000000', message: '成功', result });
}

function limitedPath(pathname: string, limit: Limit): LimitedPath {
	const known = limitedPaths.get(pathname);
	if (known !== undefined) return known;
	const fresh: LimitedPath = {
		takes: limiterOf(limit),
		texts: new Set(),
		counts: { taken: 0, different: 0, turnedAway: 0 },
	};
	limitedPaths.set(pathname, fresh);
	return fresh;
}

function note({ texts, counts: own }: LimitedPath, isTaken: boolean, text: string): void {
	if (!isTaken) {
		own.turnedAway++;
		return;
	}
	own.taken++;
	own.different = texts.add(text).size;
}

const [keyFile, certificateFile] = process.argv.slice(2);
const server =
	keyFile === undefined
		? createHttpServer(answerCall)
		: createHttpsServer(
				{ key: readFileSync(keyFile), cert: readFileSync(certificateFile) },
				answerCall,
			);
// Closing an idle connection just when a client uses it would look like a failure of the client
server.keepAliveTimeout = 120_000;
server.on('connection', () => counts.connections++);
server.listen({ port: 0, host: '127.0.0.1', backlog: 4096 }, () => {
	process.send?.({ port: (server.address() as AddressInfo).port });
});

process.on('message', () => {
	for (const [pathname, path] of limitedPaths) counts.limited[pathname] = path.counts;
	process.send?.(counts);
	counts = none();
	limitedPaths.clear();
});
process.on('disconnect', () => process.exit());
