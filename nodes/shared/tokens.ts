import type { ICredentialDataDecryptedObject } from 'n8n-workflow';
import { sleep, UserError } from 'n8n-workflow';

import { ACCESS_TOKEN_TEXTS } from './texts';

/** No token was issued. The message holds no secret and is fit for users. */
export class AccessTokenError extends UserError {
	constructor(
		message: string,
		/** True when asking again will not help: the platform, or a rule, said no. */
		readonly isFinal: boolean,
		/** How long the platform asks to wait before the next try (milliseconds). */
		readonly retryAfter?: number,
	) {
		super(message);
	}
}

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
	use<Result>(
		attempt: (data: ICredentialDataDecryptedObject) => Promise<Result>,
		avoid?: string,
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
		use: async (attempt) => ({ result: await attempt({ ...data }), token }),
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
/** After a failed renewal, none is tried for so long (milliseconds), or as long as the platform asks. */
const HOLD_OFF = 250;
/** The same after a final word, which may be an hour old one day (milliseconds). */
const FINAL_HOLD_OFF = 60_000;

/**
 * Tokens that are fetched with an application's key.
 *
 * n8n fetches one whenever a call is made with an empty `accessToken`, and stores it in the
 * credential (n8n.md, trap 6). So a renewal is a call made with an empty one: the first call that
 * finds the token run out makes it, the others wait for that call and go on with its token, or fail
 * with its failure.
 *
 * @param reread reads the credential again, to find a token that another worker has stored.
 */
export class AppTokens implements Tokens {
	readonly seen = new Set<string>();

	/** The renewal that is under way. */
	private renewal: Promise<unknown> | undefined;

	/** Why the last renewal failed, and when the next one may be tried (milliseconds since the epoch). */
	private failure: { error: AccessTokenError; until: number } | undefined;

	/** The look at a fresh token that is under way: see {@link replace}. */
	private doubt: Promise<boolean> | undefined;

	private hasDoubted = false;

	/** What this run has fetched itself. */
	private fetched = '';

	constructor(
		private data: ICredentialDataDecryptedObject,
		private readonly reread: () => Promise<ICredentialDataDecryptedObject>,
	) {
		this.seen.add(tokenOf(data));
	}

	async use<Result>(
		attempt: (data: ICredentialDataDecryptedObject) => Promise<Result>,
		avoid = '',
	): Promise<{ result: Result; token: string }> {
		const known = this.failure;
		for (;;) {
			while (this.renewal !== undefined) await this.renewal;
			if (this.isUsable(avoid)) {
				const token = tokenOf(this.data);
				return { result: await attempt({ ...this.data }), token };
			}
			const { failure } = this;
			if (failure !== undefined && Date.now() < failure.until) {
				// Who has waited for that renewal fails with it; who comes later waits for the next one
				if (failure.error.isFinal || failure !== known || avoid !== '') throw failure.error;
				await sleep(failure.until - Date.now());
				continue;
			}

			const renewing = this.renew(attempt, avoid);
			this.renewal = renewing
				.catch((error: unknown) => this.remember(error))
				.finally(() => (this.renewal = undefined));
			const outcome = await renewing;
			if (outcome !== undefined) return outcome;
		}
	}

	/** Makes a call with a new token; `undefined` when another worker has stored one already. */
	private async renew<Result>(
		attempt: (data: ICredentialDataDecryptedObject) => Promise<Result>,
		avoid: string,
	): Promise<{ result: Result; token: string } | undefined> {
		// n8n 1 stores a token together with all it is handed here: not what was read long ago
		const stored = await this.readAgain();
		if (tokenOf(stored) !== tokenOf(this.data)) this.adopt(stored);
		if (this.isUsable(avoid)) return undefined;

		const data = { ...stored, accessToken: '' };
		const result = await attempt(data);
		this.fetched = tokenOf(data);
		this.adopt(data);
		this.failure = undefined;
		return { result, token: tokenOf(data) };
	}

	/** The credential as it is stored now: the token of another platform must not go to this one. */
	private async readAgain(): Promise<ICredentialDataDecryptedObject> {
		const stored = await this.reread().catch(() => this.data);
		if (stored.baseUrl === this.data.baseUrl) return stored;
		throw new AccessTokenError(ACCESS_TOKEN_TEXTS.changed, true);
	}

	private remember(error: unknown) {
		if (!(error instanceof AccessTokenError)) return;
		const wait = error.isFinal ? FINAL_HOLD_OFF : (error.retryAfter ?? HOLD_OFF);
		this.failure = { error, until: Date.now() + wait };
		this.hasDoubted = false;
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
		if (this.failure?.error.isFinal === true && Date.now() < this.failure.until) return false;
		if (!isFresh(this.data)) return true;
		return mayDoubt && (await (this.doubt ??= this.reconsider(token)));
	}

	private async reconsider(token: string): Promise<boolean> {
		try {
			await sleep(SETTLING_TIME * (this.hasDoubted ? 0.5 : 1 + Math.random()));
			const stored = await this.readAgain().catch(() => this.data);
			if (this.renewal === undefined) this.adopt(stored);
			if (tokenOf(this.data) !== token) return true;
			if (this.hasDoubted) return false;
			this.hasDoubted = true;
			return true;
		} finally {
			this.doubt = undefined;
		}
	}

	private isUsable(avoid: string): boolean {
		const token = tokenOf(this.data);
		return token !== '' && token !== avoid && !this.hasRunOut();
	}

	/** A token that was fetched just now is used until its very last moment. */
	private hasRunOut(): boolean {
		const expiresAt = Number(this.data.accessTokenExpiresAt);
		if (!(expiresAt > 0) || Date.now() < expiresAt - EXPIRY_MARGIN) return false;
		if (Date.now() >= expiresAt) return true;
		return tokenOf(this.data) !== this.fetched || !isFresh(this.data);
	}

	private adopt(data: ICredentialDataDecryptedObject) {
		if (tokenOf(data) === '') return;
		this.data = data;
		this.seen.add(tokenOf(data));
	}
}

function tokenOf({ accessToken }: ICredentialDataDecryptedObject): string {
	return typeof accessToken === 'string' ? accessToken : '';
}

function isFresh({ accessTokenIssuedAt }: ICredentialDataDecryptedObject): boolean {
	return Date.now() - Number(accessTokenIssuedAt) <= FRESH_AGE;
}
