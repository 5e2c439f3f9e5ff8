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

async function send({ url, count, inFlight }: AxiosTask): Promise<number> {
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
	return performance.now() - start;
}

process.on('message', (task: AxiosTask) => {
	send(task).then(
		(time) => process.send?.({ time }),
		(error: unknown) => process.send?.({ error: String(error) }),
	);
});
process.on('disconnect', () => process.exit());
