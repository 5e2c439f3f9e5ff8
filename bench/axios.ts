import axios from 'axios';

/**
 * Bare axios, in a process of its own: the baseline that no node of n8n can reach. Its parent tells
 * what to send; the answer is the time it took (milliseconds).
 */

/** What the parent asks for. */
export interface AxiosTask {
	url: string;
	count: number;
	inFlight: number;
}

/** What it cost (milliseconds). */
export interface AxiosAnswer {
	time: number;
	cpu: number;
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
	const time = performance.now() - start;
	const { user, system } = process.cpuUsage(cpuBefore);
	return { time, cpu: (user + system) / 1000 };
}

process.on('message', (task: AxiosTask) => {
	send(task).then(
		(answer) => process.send?.(answer),
		(error: unknown) => process.send?.({ time: NaN, cpu: NaN, error: String(error) }),
	);
});
process.on('disconnect', () => process.exit());
