import type { ICredentialDataDecryptedObject } from 'n8n-workflow';
import { sleep, UserError } from 'n8n-workflow';

/** No token was issued. The message holds no secret and is fit for users. */
export class AccessTokenError extends UserError {
	constructor(
		message: string,
		/** True when asking again will not help: the platform, or a rule, said no. */
		readonly isFinal: boolean,
	) {
		super(message);
	}
}

/** The access tokens of a run. */
export interface Tokens {
	/**
	 * Makes a call with a token that is thought to be good.
	 *
	 * @param attempt is handed the credential's data; n8n fills in a new token where it is empty.
	 * @returns what the attempt returned, and the token that it was made with.
	 * @throws AccessTokenError when none was issued; a final one is thrown at every later use, too.
	 */
	use<Result>(
		attempt: (data: ICredentialDataDecryptedObject) => Promise<Result>,
	): Promise<{ result: Result; token: string }>;
	/**
	 * After a refusal of this token: true when the call is worth repeating with another.
	 *
	 * @param mayDoubt whether even a fresh token is looked at.
	 */
	replace(token: string, mayDoubt: boolean): Promise<boolean>;
	/** Every token so far, so that none of them gets into a text. */
	readonly seen: ReadonlySet<string>;
}

/** A token that a user pasted: there is no other. */
export function pastedToken(data: ICredentialDataDecryptedObject, token: string): Tokens {
	return {
		use: async (attempt) => ({ result: await attempt(data), token }),
		replace: async () => false,
		seen: new Set([token]),
	};
}

/** A token is renewed this long before it runs out (milliseconds). */
const EXPIRY_MARGIN = 60_000;
/** A refused token that is younger was good: something else is wrong (milliseconds, platform.md 3, D). */
const FRESH_AGE = 60_000;
/** Two workers may renew at once: how long the other one's token takes to be stored (milliseconds). */
const SETTLING_TIME = 500;

/**
 * Tokens that are fetched with an application's key.
 *
 * n8n fetches one whenever a call is made with an empty `accessToken`, and stores it in the
 * credential (n8n.md, trap 6). So a renewal is a call made with an empty one: the first call that
 * finds the token run out makes it, the others wait for that call and go on with its token.
 *
 * @param reread reads the credential again, to find a token that another worker has stored.
 */
export class AppTokens implements Tokens {
	readonly seen = new Set<string>();

	private isStale: boolean;

	/** The renewal that is under way; resolves to why it failed. */
	private renewal: Promise<AccessTokenError | undefined> | undefined;

	/** The platform's final word: no further call is worth making. */
	private refusal: AccessTokenError | undefined;

	/** The look at a fresh token that is under way: see {@link replace}. */
	private doubt: Promise<void> | undefined;

	private hasDoubted = false;

	/** What this run has fetched itself. */
	private fetched = '';

	constructor(
		private data: ICredentialDataDecryptedObject,
		private readonly reread: () => Promise<ICredentialDataDecryptedObject>,
	) {
		this.isStale = tokenOf(data) === '';
		this.seen.add(tokenOf(data));
	}

	async use<Result>(
		attempt: (data: ICredentialDataDecryptedObject) => Promise<Result>,
	): Promise<{ result: Result; token: string }> {
		while (this.renewal !== undefined) {
			// Asking again for each item would take as many times as long, and tell no more
			const failure = await this.renewal;
			if (failure !== undefined) throw failure;
		}
		if (this.refusal !== undefined) throw this.refusal;
		if (!this.isStale && !this.hasRunOut()) {
			const token = tokenOf(this.data);
			return { result: await attempt(this.data), token };
		}

		const data = { ...this.data, accessToken: '' };
		const call = attempt(data);
		const settle = (reason?: unknown) => {
			this.renewal = undefined;
			this.fetched = tokenOf(data);
			this.adopt(data);
			if (!(reason instanceof AccessTokenError)) return undefined;
			if (reason.isFinal) this.refusal = reason;
			return reason;
		};
		this.renewal = call.then(() => settle(), settle);
		return { result: await call, token: tokenOf(data) };
	}

	/**
	 * A token that has been replaced in the meantime, by this run or by another worker, is not asked
	 * about again. An old one is renewed. A fresh one was good when it was issued, so its refusal is
	 * the message's own fault; but another worker may have renewed since, on a platform that voids
	 * the older token. So the stored one is looked at; and once in a run a fresh token is renewed,
	 * since two workers that renewed at the same moment may have stored the void one.
	 */
	async replace(token: string, mayDoubt: boolean): Promise<boolean> {
		if (token === '') return false;
		while (this.renewal !== undefined) await this.renewal;
		if (tokenOf(this.data) !== token) return true;

		if (!isFresh(this.data)) this.isStale = true;
		else if (mayDoubt) await (this.doubt ??= this.reconsider(token));
		return this.isStale || tokenOf(this.data) !== token;
	}

	private async reconsider(token: string) {
		if (!this.hasDoubted) await sleep(SETTLING_TIME * (1 + Math.random()));
		const stored = await this.reread().catch(() => undefined);
		if (stored !== undefined && this.renewal === undefined) this.adopt(stored);
		if (tokenOf(this.data) === token && !this.hasDoubted) this.isStale = true;
		this.hasDoubted = true;
		this.doubt = undefined;
	}

	/** A token that was fetched just now is used whatever its expiry says. */
	private hasRunOut(): boolean {
		const expiresAt = Number(this.data.accessTokenExpiresAt);
		if (!(expiresAt > 0) || Date.now() < expiresAt - EXPIRY_MARGIN) return false;
		return tokenOf(this.data) !== this.fetched || !isFresh(this.data);
	}

	private adopt(data: ICredentialDataDecryptedObject) {
		if (tokenOf(data) === '') return;
		this.data = data;
		this.isStale = false;
		this.seen.add(tokenOf(data));
	}
}

function tokenOf({ accessToken }: ICredentialDataDecryptedObject): string {
	return typeof accessToken === 'string' ? accessToken : '';
}

function isFresh({ accessTokenIssuedAt }: ICredentialDataDecryptedObject): boolean {
	return Date.now() - Number(accessTokenIssuedAt) <= FRESH_AGE;
}
