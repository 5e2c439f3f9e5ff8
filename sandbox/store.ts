import { randomBytes } from 'node:crypto';

import type { CheckedMessage, MsgType } from './schemas';

/** A message that was delivered. Its body is kept as it came. */
export type DeliveredMessage = CheckedMessage & {
	id: string;
	/** ISO 8601, UTC. */
	receivedAt: string;
	recipients: string[];
	/** The id of the message's business record; a text has none. */
	busiId?: string;
};

export interface MessageFilter {
	recipient?: string;
	busiId?: string;
	msgType?: MsgType;
}

/** What is kept at most, so that no caller fills the memory; the oldest is forgotten. */
const MOST_MESSAGES = 100_000;
const MOST_CHARACTERS = 64 * 1024 * 1024;
const MOST_RECIPIENTS = 10_000;
const MOST_CODES = 200_000;
const MOST_APP_TOKENS = 10_000;
/** Static tokens are never forgotten: no more are issued. */
const MOST_STATIC_TOKENS = 10_000;

/** The delivered messages, oldest first, in memory. */
export class MessageStore {
	private messages: DeliveredMessage[] = [];
	/** How many characters the body of each had, and all of them. */
	private lengths: number[] = [];
	private characters = 0;
	private readonly timesByBusiId = new Map<string, number>();
	private readonly everybody = new Set<string>();
	private lastId = 0;
	private changes = 0;

	/** Changes whenever the messages do: lets the inbox skip a refresh that would show the same. */
	get revision(): number {
		return this.changes;
	}

	/** @param length how many characters the body had */
	add(checked: CheckedMessage, recipients: string[], length: number): DeliveredMessage {
		this.changes += 1;
		this.lastId += 1;
		const busiId = busiIdOf(checked);
		const message: DeliveredMessage = {
			id: `sbx-${this.lastId}`,
			receivedAt: new Date().toISOString(),
			...checked,
			recipients,
			...(busiId === undefined ? {} : { busiId }),
		};
		this.messages.push(message);
		this.lengths.push(length);
		this.characters += length;
		if (busiId !== undefined) this.timesByBusiId.set(busiId, this.timesSent(busiId) + 1);
		for (const recipient of recipients) {
			if (this.everybody.size < MOST_RECIPIENTS) this.everybody.add(recipient);
		}
		this.forgetOldest();
		return message;
	}

	private forgetOldest(): void {
		while (this.messages.length > MOST_MESSAGES || this.characters > MOST_CHARACTERS) {
			const oldest = this.messages.shift();
			if (oldest === undefined) return;
			this.characters -= this.lengths.shift() ?? 0;
			if (oldest.busiId === undefined) continue;
			const times = this.timesSent(oldest.busiId) - 1;
			if (times > 0) this.timesByBusiId.set(oldest.busiId, times);
			else this.timesByBusiId.delete(oldest.busiId);
		}
	}

	/** All messages that fit, oldest first. */
	list({ recipient, busiId, msgType }: MessageFilter = {}): readonly DeliveredMessage[] {
		if (recipient === undefined && busiId === undefined && msgType === undefined) {
			return this.messages;
		}
		return this.messages.filter(
			(message) =>
				(recipient === undefined || message.recipients.includes(recipient)) &&
				(busiId === undefined || message.busiId === busiId) &&
				(msgType === undefined || message.msgType === msgType),
		);
	}

	/** How many messages carried this busiId. */
	timesSent(busiId: string): number {
		return this.timesByBusiId.get(busiId) ?? 0;
	}

	/** Everybody who received something, at most `limit` of them. */
	recipients(limit: number): string[] {
		return [...this.everybody].slice(0, limit);
	}

	/** Forgets the messages; ids go on counting, so that an id never means two messages. */
	clear(): number {
		const { length } = this.messages;
		this.changes += 1;
		this.messages = [];
		this.lengths = [];
		this.characters = 0;
		this.timesByBusiId.clear();
		this.everybody.clear();
		return length;
	}
}

function busiIdOf(checked: CheckedMessage): string | undefined {
	switch (checked.msgType) {
		case 'text':
			return undefined;
		case 'link':
			return checked.message.link.busiId;
		case 'oa':
			return checked.message.busiId;
	}
}

/** The temporary codes of a login. A code is good for one exchange (D) within its lifetime. */
export class CodeStore {
	private readonly codes = new Map<
		string,
		{ personId: string; expiresAt: number; used: boolean }
	>();

	constructor(private readonly lifetimeMs: number) {}

	issue(personId: string): string {
		const oauthCode = randomHex();
		this.codes.set(oauthCode, { personId, expiresAt: Date.now() + this.lifetimeMs, used: false });
		keepNewest(this.codes, MOST_CODES);
		return oauthCode;
	}

	/** Whether it was issued here, used or not. */
	has(oauthCode: string): boolean {
		return this.codes.has(oauthCode);
	}

	/** Uses a code up, or says why it cannot be used. */
	redeem(oauthCode: string): 'redeemed' | 'unknown' | 'used' | 'expired' {
		const code = this.codes.get(oauthCode);
		if (!code) return 'unknown';
		if (code.used) return 'used';
		if (code.expiresAt <= Date.now()) return 'expired';
		code.used = true;
		return 'redeemed';
	}
}

export interface TokenCounts {
	count: number;
	static: number;
	app: number;
}

/**
 * The access tokens that are good at the moment: static ones, which never expire by themselves, and
 * those that an application fetched with its key.
 */
export class TokenStore {
	private readonly staticTokens = new Set<string>();
	private readonly expiryByAppToken = new Map<string, number>();

	constructor(
		private readonly appTokenLifetimeMs: number,
		private readonly voidOlderTokens: boolean,
	) {}

	addStatic(accessToken: string): void {
		this.staticTokens.add(accessToken);
	}

	/** `undefined` when there are too many already. */
	issueStatic(): string | undefined {
		if (this.staticTokens.size >= MOST_STATIC_TOKENS) return undefined;
		const accessToken = randomHex();
		this.addStatic(accessToken);
		return accessToken;
	}

	issueForApp(): { accessToken: string; validTime: number } {
		if (this.voidOlderTokens) this.expiryByAppToken.clear();
		const accessToken = randomHex();
		const validTime = Date.now() + this.appTokenLifetimeMs;
		this.expiryByAppToken.set(accessToken, validTime);
		keepNewest(this.expiryByAppToken, MOST_APP_TOKENS);
		return { accessToken, validTime };
	}

	check(accessToken: string): 'valid' | 'unknown' | 'expired' {
		if (this.staticTokens.has(accessToken)) return 'valid';
		const expiry = this.expiryByAppToken.get(accessToken);
		if (expiry === undefined) return 'unknown';
		return expiry > Date.now() ? 'valid' : 'expired';
	}

	/** Revokes one token, or all of them. Answers how many there were. */
	revoke(accessToken?: string): number {
		if (accessToken !== undefined) {
			const known = this.staticTokens.delete(accessToken);
			return this.expiryByAppToken.delete(accessToken) || known ? 1 : 0;
		}
		const { count } = this.counts();
		this.staticTokens.clear();
		this.expiryByAppToken.clear();
		return count;
	}

	/** How many tokens are good now. */
	counts(): TokenCounts {
		const now = Date.now();
		const app = [...this.expiryByAppToken.values()].filter((expiry) => expiry > now).length;
		return { count: this.staticTokens.size + app, static: this.staticTokens.size, app };
	}
}

function keepNewest(map: Map<string, unknown>, most: number): void {
	for (const key of map.keys()) {
		if (map.size <= most) return;
		map.delete(key);
	}
}

/** 32 hex digits, the form of the tokens in the platform's example (S). */
export function randomHex(): string {
	return randomBytes(16).toString('hex');
}
