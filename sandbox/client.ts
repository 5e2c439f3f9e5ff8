import axios from 'axios';

import type { LoggedCall, Stats } from './callLog';
import type { CodesRequest } from './control';
import type { DirectorySettings } from './directory';
import type { FaultRequest, QueuedFault } from './faults';
import type { DeliveredMessage, TokenCounts } from './store';

export type {
	DeliveredMessage,
	DirectorySettings,
	FaultRequest,
	LoggedCall,
	QueuedFault,
	Stats,
	TokenCounts,
};

export interface MessageQuery {
	recipient?: string;
	busiId?: string;
	limit?: number;
	offset?: number;
}

/** A code as the login page issues it, and the person it was issued to. */
export interface IssuedCode {
	personId: string;
	oauthCode: string;
}

/** The control calls of a sandbox, as functions. Each throws an Error with the sandbox's sentence. */
export interface SandboxClient {
	/** Delivered messages, oldest first. */
	messages(query?: MessageQuery): Promise<{ total: number; messages: DeliveredMessage[] }>;
	/**
	 * Forgets messages, queued faults, counts, logged calls, and what was set of the directory; tokens and
	 * codes stay.
	 */
	clear(): Promise<void>;
	clearMessages(): Promise<void>;
	/** Makes OAuth codes as the login page does. */
	codes(request?: CodesRequest): Promise<IssuedCode[]>;
	tokens(): Promise<TokenCounts>;
	/** Issues another access token, which stays valid until it is revoked. */
	issueToken(): Promise<string>;
	/** Revokes one access token, or all of them; answers how many there were. */
	revokeTokens(accessToken?: string): Promise<number>;
	/** Queues a fault and answers its id. */
	fault(request: FaultRequest): Promise<string>;
	faults(): Promise<QueuedFault[]>;
	clearFaults(): Promise<void>;
	/** Sets how the directory answers; what is not given stays as it is. */
	directory(settings: Partial<DirectorySettings>): Promise<DirectorySettings>;
	stats(): Promise<Stats>;
	/** Forgets counts and logged calls. */
	resetStats(): Promise<void>;
	/** The last 1000 calls of the platform (fewer, when they are long), oldest first, without secrets. */
	requests(): Promise<LoggedCall[]>;
}

/** A client for the control calls at `controlUrl` (`Sandbox.controlUrl`). */
export function createSandboxClient(controlUrl: string): SandboxClient {
	const http = axios.create({
		baseURL: controlUrl,
		// Calls to loopback must not go through a proxy that the environment names.
		proxy: false,
		validateStatus: () => true,
	});

	async function call<T>(
		method: 'GET' | 'POST' | 'DELETE',
		url: string,
		options: { params?: object; data?: object } = {},
	): Promise<T> {
		const { status, data } = await http.request<T & { error?: string }>({
			method,
			url,
			...options,
			// Without a body axios names no type, and the sandbox takes JSON alone
			...(method === 'POST' ? { data: options.data ?? {} } : {}),
		});
		if (status === 200) return data;
		throw new Error(`${method} ${url}: ${data.error ?? `HTTP ${status}`}`);
	}

	const client: SandboxClient = {
		messages: (params = {}) => call('GET', '/messages', { params }),
		async clear() {
			await Promise.all([
				client.clearMessages(),
				client.clearFaults(),
				client.resetStats(),
				call('DELETE', '/directory'),
			]);
		},
		async clearMessages() {
			await call('DELETE', '/messages');
		},
		async codes(data = {}) {
			return (await call<{ codes: IssuedCode[] }>('POST', '/codes', { data })).codes;
		},
		tokens: () => call('GET', '/tokens'),
		async issueToken() {
			return (await call<{ accessToken: string }>('POST', '/tokens')).accessToken;
		},
		async revokeTokens(accessToken) {
			const data = accessToken === undefined ? {} : { accessToken };
			return (await call<{ revoked: number }>('DELETE', '/tokens', { data })).revoked;
		},
		async fault(data) {
			return (await call<{ id: string }>('POST', '/faults', { data })).id;
		},
		async faults() {
			return (await call<{ faults: QueuedFault[] }>('GET', '/faults')).faults;
		},
		async clearFaults() {
			await call('DELETE', '/faults');
		},
		directory: (data) => call('POST', '/directory', { data }),
		stats: () => call('GET', '/stats'),
		async resetStats() {
			await call('DELETE', '/stats');
		},
		async requests() {
			return (await call<{ requests: LoggedCall[] }>('GET', '/requests')).requests;
		},
	};
	return client;
}
