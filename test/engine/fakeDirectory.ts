import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What a call of the directory is asked: the last part of its path, and its query without the token. */
export interface Asked {
	call: string;
	query: Record<string, string>;
}

/**
 * A server that answers the calls of the directory, or leaves one without an answer (`undefined`); what it
 * was asked, in order; and how to end it.
 */
export async function directoryServer(answer: (asked: Asked) => unknown) {
	const asked: Asked[] = [];
	const server = createServer((request, response) => {
		const { pathname, searchParams } = new URL(request.url ?? '/', 'http://localhost');
		const { accessToken, ...query } = Object.fromEntries(searchParams);
		const call = { call: pathname.split('/').at(-1) ?? '', query };
		const isRight = request.method === 'GET' && accessToken !== undefined;
		asked.push(call);
		const body = isRight ? answer(call) : { code: '100001', message: 'no GET, or no token' };
		if (body === undefined) return;
		const text = typeof body === 'string' ? body : JSON.stringify(body);
		response.writeHead(200, { 'Content-Type': 'application/json' }).end(text);
	});
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	const { port } = server.address() as AddressInfo;
	return {
		baseUrl: `http://127.0.0.1:${port}`,
		asked,
		close: () => server.close(() => undefined) && server.closeAllConnections(),
	};
}

/** An answer of success in envelope B. */
export function found(result: unknown) {
	return { code: '000000', message: '成功', result };
}
