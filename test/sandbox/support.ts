import axios, { type AxiosResponse } from 'axios';

import { startSandbox, type Sandbox, type SandboxOptions } from '../../sandbox';
import { createSandboxClient, type SandboxClient } from '../../sandbox/client';

export interface Envelope {
	retCode: string;
	retDesc: string;
	data: { msgId?: string; oauthToken?: string; expiry?: number } | null;
	tokenInfo?: { accessToken: string; validTime: number; appId: string; appName: string };
}

export interface TestBench {
	sandbox: Sandbox;
	control: SandboxClient;
	/** A call of the platform with the sandbox's token, or another. */
	call(path: string, body: unknown, accessToken?: string): Promise<AxiosResponse<Envelope>>;
	/** The message call; answers the envelope. */
	send(body: unknown): Promise<Envelope>;
	/** Any address of the sandbox, as text; redirects are not followed. */
	get(pathOrUrl: string): Promise<AxiosResponse<string>>;
}

export async function startBench(options: SandboxOptions = {}): Promise<TestBench> {
	const sandbox = await startSandbox(options);
	const http = axios.create({ baseURL: sandbox.url, proxy: false, validateStatus: () => true });
	const bench: TestBench = {
		sandbox,
		control: createSandboxClient(sandbox.controlUrl),
		call: (path, body, accessToken = sandbox.accessToken) =>
			http.post<Envelope>(path, body, {
				params: { accessToken },
				headers: { 'content-type': 'application/json' },
			}),
		send: async (body) => (await bench.call(sandbox.messagePath, body)).data,
		get: (path) =>
			http.get<string>(path, { maxRedirects: 0, responseType: 'text', transformResponse: String }),
	};
	return bench;
}

/** The seed's examples, as they stand on the platform's page. */
export const seedText = { msgtype: 'text', text: { content: 'zhxy msg text test 12' } };

export const seedLink = {
	msgtype: 'link',
	link: {
		pcUrl: 'http://www.baidu.com',
		appUrl: 'http://www.baidu.com',
		picUrl: 'http://xxx.yyy.com/zzz.jpg',
		content: '百度一下',
		title: '百度',
		busiId: 'AQWER1234',
	},
};

/** The oa message as platform.md lays it out; the seed has no example of one. */
export const fullOa = {
	msgType: 'oa',
	busiId: 'LEAVE-1',
	pcUrl: 'https://oa.school.example/1',
	appUrl: 'https://m.school.example/1',
	oa: {
		head: { text: 'Approval', bgColor: 'FF2458D3' },
		body: {
			title: 'Leave',
			content: 'One day',
			imageUrl: 'https://oa.school.example/1.png',
			fileCount: '3',
			author: '王芳',
			form: [{ key: 'Kind', value: 'Sick leave' }],
		},
	},
};

export const textTo = (content: string, ...personIds: string[]) => ({
	msgType: 'text',
	text: { content },
	...(personIds.length > 0 ? { personIds } : {}),
});
