import axios from 'axios';

/**
 * Bare axios, in a process of its own: the baseline that no node of n8n can reach. Its parent tells
 * what to send; the answer is what that cost.
 */

/** What the parent asks for. */
export interface AxiosTask {
	url: string;
	count: number;
	inFlight: number;
}

/** What it cost: the time it took, and the processor's time. */
export interface AxiosAnswer {
	timeMs: number;
	cpuMs: number;
	error?: string;
}

async function send({ url, count, inFlight }: AxiosTask): Promise<AxiosAnswer> {
	const cpuBefore = process.cpuUsage();
	const start = performance.now();
	const answers: unknown[] = [];
	let started = 0;
	const lane = async () => {
		while (started < count) {
			const item = started++;
			const content = `Person ${item + 1}, school is closed tomorrow because of heavy snow.`;
			const body = { msgType: 'text', msgtype: 'text', text: { content } };
			answers[item] = (await axios.post<unknown>(url, body, { proxy: false })).data;
		}
	};
	await Promise.all(Array.from({ length: inFlight }, lane));
	const timeMs = performance.now() - start;
	const { user, system } = process.cpuUsage(cpuBefore);
	return { timeMs, cpuMs: (user + system) / 1000 };
}

process.on('message', (task: AxiosTask) => {
	send(task).then(
		(answer) => process.send?.(answer),
		(error: unknown) => process.send?.({ timeMs: NaN, cpuMs: NaN, error: String(error) }),
	);
});
process.on('disconnect', () => process.exit());
