import { fork } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';

import type { AxiosAnswer, AxiosTask } from './axios';

/** Bare axios in a process of its own. */
export interface AxiosProcess {
	send(task: AxiosTask): Promise<AxiosAnswer>;
	stop(): void;
}

/**
 * @param execPath the Node that it runs under; this process's by default.
 * @param certificateFile of a certificate to trust; those of this process by default.
 */
export function startAxios(execPath = process.execPath, certificateFile?: string): AxiosProcess {
	const child = fork(path.join(__dirname, 'axios.ts'), {
		execPath,
		execArgv: ['--import', 'tsx'],
		env: {
			...process.env,
			...(certificateFile === undefined ? {} : { NODE_EXTRA_CA_CERTS: certificateFile }),
		},
	});
	return {
		async send(task) {
			child.send(task);
			const [answer] = (await once(child, 'message')) as [AxiosAnswer];
			return answer;
		},
		stop: () => void child.kill(),
	};
}
