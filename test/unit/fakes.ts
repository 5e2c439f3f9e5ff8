import type {
	ICredentialDataDecryptedObject,
	IHttpRequestOptions,
	IN8nHttpFullResponse,
} from 'n8n-workflow';

import type { Surroundings } from '../../transport/call';
import { PlatformError, type AccessTokenError } from '../../transport/errors';
import { noteProgress } from '../../transport/progress';

/** When a test begins: a whole second, since a date in a header knows no parts of it. */
export const START = Date.UTC(2030, 0, 1);

/** A pause without end would run forever, since it takes no time. */
const LONGEST_MS = 86_400_000;

/** Time that passes by itself, but only while everybody waits for it: nobody waits for real. */
export class VirtualClock {
	private time = START;
	private readonly sleepers: Array<{ until: number; wake: () => void }> = [];
	private isTicking = false;

	readonly now = (): number => this.time;

	readonly sleep = async (ms: number): Promise<void> => {
		if (this.elapsed > LONGEST_MS) throw new Error('Nobody waits for more than a day');
		await new Promise<void>((wake) => {
			this.sleepers.push({ until: this.time + ms, wake });
			this.sleepers.sort((one, other) => one.until - other.until);
			this.tick();
		});
	};

	/** Milliseconds since the test began. */
	get elapsed(): number {
		return this.time - START;
	}

	private tick(): void {
		if (this.isTicking || this.sleepers.length === 0) return;
		this.isTicking = true;
		// By then, whoever does not sleep has come as far as possible
		setImmediate(() => {
			this.isTicking = false;
			const next = this.sleepers.shift();
			this.time = Math.max(this.time, next?.until ?? 0);
			next?.wake();
			this.tick();
		});
	}
}

type Response = Omit<IN8nHttpFullResponse, 'body'> & { body: AsyncIterable<Uint8Array> };

/** What comes of one request; it may leave word of its progress, as a credential does. */
export type Step = (data: ICredentialDataDecryptedObject, options: IHttpRequestOptions) => unknown;

/** n8n's request function with answers that are known before; the last of them is given again. */
export class FakeRequest {
	/** What it was called with, and when (milliseconds since the test began). */
	readonly calls: Array<{
		at: number;
		token: unknown;
		options: IHttpRequestOptions;
		data: ICredentialDataDecryptedObject;
	}> = [];

	constructor(
		private readonly clock: VirtualClock,
		private readonly steps: readonly Step[],
	) {}

	readonly request: Surroundings['request'] = async (options, data) => {
		this.calls.push({ at: this.clock.elapsed, token: data.accessToken, options, data });
		const step = this.steps[this.calls.length - 1] ?? this.steps.at(-1);
		return await step?.(data, options);
	};

	get times(): number[] {
		return this.calls.map(({ at }) => at);
	}
}

/** An HTTP answer, as n8n's helper hands it over: its body is a stream. */
export function answer(
	body: string | object,
	statusCode = 200,
	headers: Record<string, string> = {},
): () => Response {
	return () => ({
		statusCode,
		body: bytesOf(typeof body === 'string' ? body : JSON.stringify(body)),
		headers,
	});
}

/** A text that arrives byte by byte: a character may be in two pieces. */
async function* bytesOf(text: string): AsyncGenerator<Uint8Array> {
	for (const byte of new TextEncoder().encode(text)) yield Uint8Array.of(byte);
}

export const SUCCESS = { retCode: '000000', retDesc: 'success' };
export const REFUSAL = { retCode: '100002', retDesc: 'no' };

export function failing(error: unknown): Step {
	return () => {
		throw error;
	};
}

/** A request whose answer never comes. */
export const hanging: Step = async () => await new Promise(() => undefined);

/** The error of a call that has to fail. */
export async function errorOf(call: Promise<unknown>): Promise<PlatformError> {
	const error = await call.then(
		() => new Error('The call succeeded'),
		(reason: unknown) => reason,
	);
	if (error instanceof PlatformError) return error;
	throw error;
}

/**
 * A platform that issues tokens, and n8n before it: it fetches a token when a call has none, writes
 * it into the data that it was handed, and stores it.
 */
export class FakePlatform {
	/** The credential as n8n has stored it. */
	stored: ICredentialDataDecryptedObject = {
		baseUrl: 'https://api.tze.cn',
		appId: 'app',
		appKey: 'key',
		accessToken: '',
		accessTokenIssuedAt: '',
		accessTokenExpiresAt: '',
	};

	/** Every token that was asked for, also in vain, and the key that it was asked with. */
	readonly asked: Array<{ at: number; appKey: unknown }> = [];
	/** Every call that arrived. */
	readonly calls: Array<{ at: number; token: string; isAccepted: boolean }> = [];
	/** How often the credential was read again, and when. */
	readonly reads: number[] = [];

	/** The next tokens that are asked for are refused like this. */
	refusals: AccessTokenError[] = [];
	/** How long tokens live; `undefined` when the platform does not say. */
	lifeMs: number | undefined = 3_600_000;
	/** Whether a new token makes the older one void. */
	voidsOlder = false;
	issuingMs = 100;
	/** How long the next tokens take to be stored. */
	storingMs: number[] = [];
	answeringMs = 50;

	private good = new Set<string>();
	private issued = 0;

	constructor(private readonly clock: VirtualClock) {}

	/** Stores a token that is good. */
	has(accessToken: string, { ageMs = 600_000, leftMs }: { ageMs?: number; leftMs?: number } = {}) {
		const now = this.clock.now();
		this.good.add(accessToken);
		this.stored = {
			...this.stored,
			accessToken,
			accessTokenIssuedAt: String(now - ageMs),
			accessTokenExpiresAt: leftMs === undefined ? '' : String(now + leftMs),
		};
	}

	/** Makes a token void. */
	revoke(accessToken: string): void {
		this.good.delete(accessToken);
	}

	readonly reread = async (): Promise<ICredentialDataDecryptedObject> => {
		this.reads.push(this.clock.elapsed);
		return { ...this.stored };
	};

	readonly call = async (data: ICredentialDataDecryptedObject): Promise<Response> => {
		if (data.accessToken === '') await this.fetch(data);
		noteProgress(data, { step: 'authorized' });
		const token = String(data.accessToken);
		const isAccepted = this.good.has(token);
		this.calls.push({ at: this.clock.elapsed, token, isAccepted });
		await this.clock.sleep(this.answeringMs);
		return answer(isAccepted ? SUCCESS : REFUSAL)();
	};

	readonly request: Surroundings['request'] = async (_options, data) => await this.call(data);

	private async fetch(data: ICredentialDataDecryptedObject): Promise<void> {
		noteProgress(data, { step: 'fetchingToken' });
		this.asked.push({ at: this.clock.elapsed, appKey: data.appKey });
		await this.clock.sleep(this.issuingMs);
		const error = this.refusals.shift();
		if (error !== undefined) {
			noteProgress(data, { step: 'refused', error });
			throw error;
		}
		const accessToken = `token-no-${++this.issued}`;
		if (this.voidsOlder) this.good.clear();
		this.good.add(accessToken);
		const now = this.clock.now();
		const token = {
			accessToken,
			accessTokenIssuedAt: String(now),
			accessTokenExpiresAt: this.lifeMs === undefined ? '' : String(now + this.lifeMs),
		};
		Object.assign(data, token);
		await this.clock.sleep(this.storingMs.shift() ?? 0);
		this.stored = { ...this.stored, ...token };
	}
}
