import type {
	IDataObject,
	INodeProperties,
	IWebhookFunctions,
	IWebhookResponseData,
} from 'n8n-workflow';

import { isBlank } from '../../platform/checks';
import { PlatformError } from '../../transport/errors';
import { concealer } from '../../transport/secrets';
import { connectAs } from '../run/connection';
import { codeExchange } from '../run/exchangeCode';
import { toFailure } from '../run/failures';
import { outputCleaner } from '../run/outcome';
import { EXCHANGE_SENTENCES } from '../run/texts';
import { languageOf } from '../pages/language';
import { redirectTo, showPage } from '../pages/page';
import { Codes } from './codes';
import {
	forgettingCookie,
	isRef,
	isSameState,
	newState,
	readCookie,
	rememberingCookie,
	type Memory,
} from './cookie';
import { pageOf, STATUSES, type Outcome } from './pages';
import { fillLoginUrl, isStart, readSettings, returnAddress, type Settings } from './settings';
import { visitorOf } from './visitor';

/** A browser waits for the page meanwhile, and proxies seldom wait for more than a minute. */
const EXCHANGE_BOUNDS = { timeoutMs: 20_000, maxRetries: 1 };

/** Whose token it is must not be damaged by what only looks a little like a secret. */
const OUTPUT_FIELDS = { keeps: 'oauthToken', own: ['personId', 'ref'] };

const MAX_VALUE_LENGTH = 512;

/** For all nodes of this process; what is remembered of a code is no secret. */
const codes = new Codes<Outcome>('refused');

const NO_RUN: IWebhookResponseData = { noWebhookResponse: true };

/**
 * Answers a request to one of the two addresses; only a return that is complete, checked and, where that
 * is wanted, exchanged starts a run. Never throws: n8n would answer with a failure of the server.
 */
export async function visit(
	context: IWebhookFunctions,
	properties: readonly INodeProperties[],
): Promise<IWebhookResponseData> {
	const door = new Door(context, properties);
	const { method, headers } = context.getRequestObject();
	const visitor = visitorOf(method, headers);
	if (visitor === 'prefetch') return door.answerNobody();
	if (visitor === 'preview') return door.show('preview');
	try {
		const settings = readSettings(context);
		const address = returnAddress(context, settings.checkState);
		return isStart(context)
			? door.start(settings, address)
			: await door.comeBack(settings, address);
	} catch (cause) {
		return door.fail(cause);
	}
}

class Door {
	constructor(
		private readonly context: IWebhookFunctions,
		private readonly properties: readonly INodeProperties[],
	) {}

	/** Sends the browser to the login, and lets it remember from where. */
	start({ loginUrl }: Settings, address: URL): IWebhookResponseData {
		const ref = this.query('ref');
		if (ref !== undefined && !isRef(ref)) return this.show('incomplete');
		const state = newState();
		const response = this.context.getResponseObject();
		response.setHeader('Set-Cookie', rememberingCookie(address, { state, ref }));
		redirectTo(response, fillLoginUrl(loginUrl, address.href, state));
		return NO_RUN;
	}

	/** Takes who comes back from the login. */
	async comeBack(settings: Settings, address: URL): Promise<IWebhookResponseData> {
		const personId = this.query('personId');
		const oauthCode = this.query('oauthCode');
		if (!isValue(personId) || !isValue(oauthCode)) return this.show('incomplete');

		const { id, type } = this.context.getNode();
		const code = [this.context.getWorkflow().id, id, type, oauthCode].join('\n');
		// A reload has no cookie any more; it is told what its first visit was told, and nothing else
		const known = codes.find({ code, personId });
		if (known !== undefined) return this.answer(await known, settings);

		const memory = readCookie(this.context.getHeaderData().cookie, address);
		if (!this.isWhoBegan(settings, memory)) return this.show('otherBrowser');

		let output: IDataObject | undefined;
		const outcome = await codes.begin(
			{ code, personId },
			async () => {
				const came = await this.finish(settings, personId, oauthCode, memory?.ref);
				if (typeof came === 'string') return came;
				output = came;
				return settings.exchangeWith === undefined ? 'received' : 'bound';
			},
			(came) => came !== 'notNow' && came !== 'notSetUp',
		);
		if (isSuccess(outcome)) {
			this.context.getResponseObject().setHeader('Set-Cookie', forgettingCookie(address));
		}
		this.answer(outcome, settings);
		return output === undefined ? NO_RUN : { ...NO_RUN, workflowData: [[{ json: output }]] };
	}

	private isWhoBegan({ checkState }: Settings, memory: Memory | undefined): boolean {
		if (checkState === 'off') return true;
		if (memory === undefined) return false;
		return checkState === 'browserOnly' || isSameState(this.query('state'), memory.state);
	}

	/** The output of a run, or why there is none. */
	private async finish(
		{ exchangeWith }: Settings,
		personId: string,
		oauthCode: string,
		ref: string | undefined,
	): Promise<IDataObject | Outcome> {
		const secrets = new Set<string>();
		const more = { ...(ref === undefined ? {} : { ref }), receivedAt: new Date().toISOString() };
		if (exchangeWith === undefined) return { personId, oauthCode, ...more };
		let isConnected = false;
		try {
			const connection = await connectAs(exchangeWith, this.context, secrets);
			const exchangeCode = codeExchange(connection, secrets);
			isConnected = true;
			const token = await exchangeCode(oauthCode, undefined, EXCHANGE_BOUNDS);
			return outputCleaner(secrets)({ personId, ...token, ...more }, OUTPUT_FIELDS);
		} catch (cause) {
			this.log(cause, new Set([...secrets, oauthCode]), isConnected);
			return outcomeOf(cause);
		}
	}

	/** A parameter of the address that is there exactly once. */
	private query(name: string): unknown {
		const query: Readonly<Record<string, unknown>> = this.context.getRequestObject().query;
		return Object.hasOwn(query, name) ? query[name] : undefined;
	}

	/** Shows what became of a login. */
	answer(outcome: Outcome, settings: Settings): IWebhookResponseData {
		if (!isSuccess(outcome)) return this.show(outcome);
		if (settings.redirectTo !== undefined) {
			redirectTo(this.context.getResponseObject(), settings.redirectTo);
			return NO_RUN;
		}
		return this.show(outcome, { title: settings.successTitle, text: settings.successText });
	}

	show(outcome: Outcome, own = {}, details?: string): IWebhookResponseData {
		const language = languageOf(this.context.getHeaderData()['accept-language']);
		showPage(this.context.getResponseObject(), {
			status: STATUSES[outcome],
			page: pageOf(outcome, language, own, details),
			language,
		});
		return NO_RUN;
	}

	/** For a browser that only looks ahead: it shows nothing of this, and asks again for a person. */
	answerNobody(): IWebhookResponseData {
		const response = this.context.getResponseObject();
		response.status(204);
		response.setHeader('Cache-Control', 'no-store');
		response.end();
		return NO_RUN;
	}

	/** For a node that is not set up as it must be. Whoever tries it out is told what is wrong. */
	fail(cause: unknown): IWebhookResponseData {
		const words = this.log(cause, new Set(), false);
		const isTest = this.context.getMode() === 'manual';
		return this.show('notSetUp', {}, isTest ? words : undefined);
	}

	/** Tells n8n's log what went wrong, without secrets, and in one line. */
	private log(cause: unknown, secrets: ReadonlySet<string>, isConnected: boolean): string {
		const node = this.context.getNode();
		const { message, description } = toFailure(cause, {
			node,
			itemIndex: 0,
			properties: this.properties,
			...(isConnected ? { sentences: EXCHANGE_SENTENCES } : {}),
			hide: concealer(secrets),
		});
		const words = isBlank(description) ? message : `${message}. ${description}`;
		this.context.logger.warn(`${node.name}: ${words}`.replace(/\s+/g, ' '));
		return words;
	}
}

function isSuccess(outcome: Outcome): boolean {
	return outcome === 'bound' || outcome === 'received';
}

/** True for a value as the platform adds it: one, of sane length, and of letters that can be seen. */
function isValue(value: unknown): value is string {
	return (
		typeof value === 'string' &&
		value.length > 0 &&
		value.length <= MAX_VALUE_LENGTH &&
		!/[\s\p{Cc}\p{Cf}\p{Cs}\p{Zs}\uFFFD<>"'`\\{}[\]%]/u.test(value)
	);
}

/** Why a code was not exchanged, as far as a visitor can do something about it. */
function outcomeOf(cause: unknown): Outcome {
	if (!(cause instanceof PlatformError)) return 'notSetUp';
	if (cause.problem === 'refused') return 'refused';
	// The code is still good
	return cause.delivered === 'no' ? 'notNow' : 'unclear';
}
