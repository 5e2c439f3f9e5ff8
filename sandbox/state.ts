import { CallLog } from './callLog';
import { ACCESS_TOKEN_LIFETIME_MS, OAUTH_CODE_LIFETIME_MS } from './constants';
import { Directory, type DirectorySettings } from './directory';
import { FaultQueue } from './faults';
import type { Language } from './language';
import type { MessageForm } from './schemas';
import { Masker } from './secrets';
import { CodeStore, MessageStore, randomHex, TokenStore } from './store';

export interface StateOptions {
	/** Of its pages and its refusals; English by default. */
	language?: Language;
	/** Random by default. */
	accessToken?: string;
	appId?: string;
	/** Random by default. */
	appKey?: string;
	/** How long a token fetched with the app key is valid; 2 hours by default (D). */
	tokenLifetimeMs?: number;
	/** Whether fetching a token voids those that the application fetched before; false by default. */
	voidOlderTokens?: boolean;
	/** How long the code of a login is valid; 10 minutes by default (D). */
	codeLifetimeMs?: number;
	/** What is taken of the forms that the documents leave open; all by default. */
	messageForm?: MessageForm;
	/** How the directory answers; texts, and no crowd, by default. */
	directory?: Partial<DirectorySettings>;
}

/** Everything that a sandbox holds, in memory. */
export interface SandboxState {
	readonly language: Language;
	/** The access token that is valid from the start. */
	readonly accessToken: string;
	readonly appId: string;
	readonly appKey: string;
	readonly messages: MessageStore;
	readonly codes: CodeStore;
	readonly tokens: TokenStore;
	readonly log: CallLog;
	readonly faults: FaultQueue;
	readonly directory: Directory;
	readonly messageForm: MessageForm;
}

/** What the plugins of the sandbox are registered with. */
export interface PluginOptions {
	state: SandboxState;
}

export function createState({
	language = 'en',
	accessToken = randomHex(),
	appId = 'sandbox-app',
	appKey = randomHex(),
	tokenLifetimeMs = ACCESS_TOKEN_LIFETIME_MS,
	voidOlderTokens = false,
	codeLifetimeMs = OAUTH_CODE_LIFETIME_MS,
	directory = {},
	messageForm = {},
}: StateOptions): SandboxState {
	const tokens = new TokenStore(tokenLifetimeMs, voidOlderTokens);
	tokens.addStatic(accessToken);
	const codes = new CodeStore(codeLifetimeMs);
	const masker = new Masker(
		[accessToken, appKey],
		(word) => codes.has(word) || tokens.check(word) !== 'unknown',
	);
	return {
		language,
		accessToken,
		appId,
		appKey,
		messages: new MessageStore(),
		codes,
		tokens,
		log: new CallLog(masker),
		faults: new FaultQueue(),
		messageForm,
		directory: new Directory({ spelling: 'text', crowd: 0, ...directory }),
	};
}
