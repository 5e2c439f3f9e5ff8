import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';

import axios from 'axios';

/**
 * Bare axios, in a process of its own: the baseline that no node of n8n can reach. Its parent
 * (axiosProcess.ts) tells what to send; the answer is what that cost.
 */

/** What the parent asks for. */
export interface AxiosTask {
	url: string;
	count: number;
	inFlight: number;
	/** Whether a connection carries more than one message. */
	keepAlive: boolean;
	/** Has it read pages of a list, by their numbers, in the place of sending messages. */
	isList?: boolean;
}

/** What it cost: the time it took, and the processor's time. */
export interface AxiosAnswer {
	timeMs: number;
	cpuMs: number;
	error?: string;
}

async function send({ url, count, inFlight, keepAlive, isList }: AxiosTask): Promise<AxiosAnswer> {
	const httpAgent = new HttpAgent({ keepAlive });
	const httpsAgent = new HttpsAgent({ keepAlive });
	const cpuBefore = process.cpuUsage();
	const start = performance.now();
	const answers: unknown[] = [];
	let started = 0;
	const lane = async () => {
		while (started < count) {
			const item = started++;
			const content = `Person ${item + 1}, school is closed tomorrow because of heavy snow.`;
			const body = { msgType: 'text', msgtype: 'text', text: { content } };
			const options = { proxy: false, httpAgent, httpsAgent } as const;
			const answer = isList
				? axios.get<unknown>(`${url}&page=${item + 1}`, options)
				: axios.post<unknown>(url, body, options);
			answers[item] = (await answer).data;
		}
	};
	await Promise.all(Array.from({ length: inFlight }, lane));
	const timeMs = performance.now() - start;
	const { user, system } = process.cpuUsage(cpuBefore);
	httpAgent.destroy();
	httpsAgent.destroy();
	return { timeMs, cpuMs: (user + system) / 1000 };
}

process.on('message', (task: AxiosTask) => {
	send(task).then(
		(answer) => process.send?.(answer),
		(error: unknown) => process.send?.({ timeMs: NaN, cpuMs: NaN, error: String(error) }),
	);
});
process.on('disconnect', () => process.exit());
