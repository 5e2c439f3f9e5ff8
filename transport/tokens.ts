import type { ICredentialDataDecryptedObject } from 'n8n-workflow';

import { MIN_SECRET_LENGTH } from '../platform/pasted';
import { AccessTokenError } from './errors';
import { dataForOneCall } from './progress';

/** The access tokens of a run. */
export interface Tokens {
	/**
	 * Makes a call with a token that is thought to be good.
	 *
	 * @param attempt is handed data of its own; n8n fills in a new token where it is empty.
	 * @param avoid a token that was refused, and that {@link replace} thinks is worth replacing.
	 * @returns what the attempt returned, and the token that it was made with.
	 * @throws AccessTokenError when none was issued.
	 */
	use<Result>(attempt: Attempt<Result>, avoid?: string): Promise<Used<Result>>;
	/**
	 * After a refusal of this token: true when the call is worth repeating with another.
	 *
	 * @param mayBeFresh whether a token that was fetched just now counts, too.
	 */
	replace(token: string, mayBeFresh: boolean): Promise<boolean>;
	/** Every secret of the run so far, its tokens among them, so that none of them gets into a text. */
	readonly seen: ReadonlySet<string>;
}

type Attempt<Result> = (data: ICredentialDataDecryptedObject) => Promise<Result>;

interface Used<Result> {
	result: Result;
	token: string;
}

/**
 * A token that a user pasted: there is no other.
 *
 * @param seen secrets of the run; the token is added.
 */
export function pastedToken(
	data: ICredentialDataDecryptedObject,
	token: string,
	seen = new Set<string>(),
): Tokens {
	seen.add(token);
	return {
		use: async (attempt) => ({ result: await attempt(dataForOneCall(data)), token }),
		replace: async () => false,
		seen,
	};
}

/** What the tokens of a run are made of: the stored credential, and time. */
export interface TokenSource {
	/** Reads the credential again, to find a token that another worker has stored. */
	reread(): Promise<ICredentialDataDecryptedObject>;
	now(): number;
	sleep(ms: number): Promise<void>;
	random(): number;
}

/** A token is renewed this long before it runs out. */
const EXPIRY_MARGIN_MS = 60_000;
/** A refused token that is younger was good: something else is wrong (platform.md 3, D). */
const FRESH_MS = 60_000;
/** Two workers may renew at once: so long is waited for the other one's token to be stored. */
const SETTLING_MS = 500;
/** After a failed renewal, none is tried for so long, or as long as the platform asks. */
const HOLD_OFF_MS = 250;
/** The same after a final refusal, which may be about a key that is mended by then. */
const FINAL_HOLD_OFF_MS = 60_000;

/**
 * Tokens that are fetched with an application's key.
 *
 * n8n fetches one whenever a call is made with an empty `accessToken`, and stores it in the
 * credential (n8n.md, trap 6). So a renewal is a call made with an empty one: the first call that
 * finds the token run out makes it, the others wait for that call and go on with its token, or fail
 * with its failure.
 */
export class AppTokens implements Tokens {
	private readonly renewal = new SingleFlight<unknown>();
	/** The look at a fresh token, see {@link replaceFresh}. */
	private readonly look = new SingleFlight<boolean>();
	private hasReplacedFresh = false;
	/** Why the last renewal failed, and when the next one may be tried. */
	private failure: { error: AccessTokenError; until: number } | undefined;
	/** What this run has fetched itself. */
	private fetched = '';

	constructor(
		private data: ICredentialDataDecryptedObject,
		private readonly source: TokenSource,
		/** Secrets of the run, to which its tokens are added. */
		readonly seen = new Set<string>(),
	) {
		this.seen.add(tokenOf(data));
	}

	async use<Result>(attempt: Attempt<Result>, avoid = ''): Promise<Used<Result>> {
		const { now, sleep } = this.source;
		const known = this.failure;
		for (;;) {
			while (this.renewal.isUnderWay) await this.renewal.settled();
			if (this.isUsable(avoid)) return await this.attempt(attempt, dataForOneCall(this.data));

			const { failure } = this;
			if (failure !== undefined && now() < failure.until) {
				// A call that waited for that renewal fails with it; a later call waits for the next one
				if (failure.error.isFinal || failure !== known || avoid !== '') throw failure.error;
				await sleep(failure.until - now());
				continue;
			}
			let used: Used<Result> | undefined;
			const renewing = async () => (used = await this.renew(attempt, avoid));
			await this.renewal.run(async () => await renewing().catch(this.holdOff));
			if (used !== undefined) return used;
		}
	}

	/** Makes a call with a new token; `undefined` when another worker has stored one already. */
	private async renew<Result>(
		attempt: Attempt<Result>,
		avoid: string,
	): Promise<Used<Result> | undefined> {
		// n8n 1 stores a token together with all it is handed here: not what was read long ago
		const stored = await this.readAgain();
		if (tokenOf(stored) !== tokenOf(this.data)) this.adopt(stored);
		if (this.isUsable(avoid)) return undefined;

		const data = dataForOneCall({ ...stored, accessToken: '' });
		const used = await this.attempt(attempt, data);
		this.fetched = used.token;
		this.adopt(data);
		this.failure = undefined;
		return used;
	}

	private readonly holdOff = (error: unknown): never => {
		if (error instanceof AccessTokenError) {
			const waitMs = error.isFinal ? FINAL_HOLD_OFF_MS : (error.retryAfterMs ?? HOLD_OFF_MS);
			this.failure = { error, until: this.source.now() + waitMs };
			this.hasReplacedFresh = false;
		}
		throw error;
	};

	/** Makes the call; n8n may have fetched a token within it, which is a secret as well. */
	private async attempt<Result>(
		attempt: Attempt<Result>,
		data: ICredentialDataDecryptedObject,
	): Promise<Used<Result>> {
		const before = tokenOf(data);
		try {
			const result = await attempt(data);
			if (before !== '' && tokenOf(data) !== before) this.adopt(data);
			return { result, token: tokenOf(data) };
		} finally {
			this.seen.add(tokenOf(data));
		}
	}

	/** The credential as it is stored now: the token of another platform must not go to this one. */
	private async readAgain(): Promise<ICredentialDataDecryptedObject> {
		const stored = await this.source.reread().catch(() => this.data);
		if (stored.baseUrl === this.data.baseUrl) return stored;
		throw new AccessTokenError({ kind: 'changed' }, true);
	}

	/**
	 * A token that this run has replaced already needs nothing more. An old one is worth renewing; a
	 * fresh one is looked at.
	 */
	async replace(token: string, mayBeFresh: boolean): Promise<boolean> {
		const { now } = this.source;
		if (token === '') return false;
		while (this.renewal.isUnderWay) await this.renewal.settled();
		if (tokenOf(this.data) !== token) return true;
		if (this.failure?.error.isFinal === true && now() < this.failure.until) return false;
		if (!isFresh(this.data, now())) return true;
		return mayBeFresh && (await this.look.join(async () => await this.replaceFresh(token)));
	}

	/**
	 * A fresh token was good when it was issued, so its refusal is the message's own fault. But another
	 * worker may have renewed since, on a platform that voids the older token: so the stored one is
	 * looked at. And two workers that renewed at the same moment may have stored the void one: so once
	 * in a run a fresh token is renewed.
	 */
	private async replaceFresh(token: string): Promise<boolean> {
		const { sleep, random } = this.source;
		await sleep(SETTLING_MS * (this.hasReplacedFresh ? 0.5 : 1 + random()));
		const stored = await this.readAgain().catch(() => this.data);
		if (!this.renewal.isUnderWay) this.adopt(stored);
		if (tokenOf(this.data) !== token) return true;
		if (this.hasReplacedFresh) return false;
		this.hasReplacedFresh = true;
		return true;
	}

	/** A token that was fetched just now is used until its very last moment. */
	private isUsable(avoid: string): boolean {
		const token = tokenOf(this.data);
		if (token === '' || token === avoid) return false;
		const now = this.source.now();
		const leftMs = (expiryOf(this.data) ?? Infinity) - now;
		const isNew = token === this.fetched && isFresh(this.data, now);
		return leftMs > (isNew ? 0 : EXPIRY_MARGIN_MS);
	}

	private adopt(data: ICredentialDataDecryptedObject): void {
		if (tokenOf(data) === '') return;
		this.data = data;
		this.seen.add(tokenOf(data));
	}
}

/** Work of which one piece at most is under way. */
class SingleFlight<Result> {
	private work: Promise<Result> | undefined;

	get isUnderWay(): boolean {
		return this.work !== undefined;
	}

	/** Waits for what is under way, however it ends; the next may have begun by then. */
	async settled(): Promise<void> {
		await this.work?.catch(() => undefined);
	}

	/** Begins a piece of work; nothing may be under way. */
	async run(begin: () => Promise<Result>): Promise<Result> {
		this.work = begin().finally(() => (this.work = undefined));
		return await this.work;
	}

	/** Waits for what is under way, or begins it. */
	async join(begin: () => Promise<Result>): Promise<Result> {
		return await (this.work ?? this.run(begin));
	}
}

/** The token in data; one that is too short to be kept secret counts as none, so another is fetched. */
function tokenOf({ accessToken }: ICredentialDataDecryptedObject): string {
	const isSecret =
		typeof accessToken === 'string' && accessToken.trim().length >= MIN_SECRET_LENGTH;
	return isSecret ? accessToken : '';
}

function isFresh({ accessTokenIssuedAt }: ICredentialDataDecryptedObject, now: number): boolean {
	return now - Number(accessTokenIssuedAt) <= FRESH_MS;
}

/** When a stored token runs out (milliseconds since the epoch); `undefined` when that is not known. */
export function expiryOf(data: ICredentialDataDecryptedObject): number | undefined {
	const instant = Number(data.accessTokenExpiresAt);
	return instant > 0 ? instant : undefined;
}
