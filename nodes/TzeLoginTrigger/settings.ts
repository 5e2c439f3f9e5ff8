import type { IHookFunctions, INodeProperties, IWebhookFunctions } from 'n8n-workflow';

import { isSafeTransport } from '../../platform/addresses';
import {
	InvalidFieldError,
	oneOf,
	optionalHttpUrl,
	optionalText,
	parameter,
	requiredHttpUrl,
	requiredText,
	shorten,
	yesOrNo,
	type Field,
} from '../../platform/checks';
import { credentialTypeOf, type CredentialType } from '../run/authentication';
import { toFailure } from '../run/failures';

export type CheckState = 'required' | 'browserOnly' | 'off';

/** The node's settings, checked. */
export interface Settings {
	/** With `{redirectUri}` and `{state}` in it. */
	loginUrl: string;
	checkState: CheckState;
	/** The credential for an exchange; `undefined` when the code itself is put out. */
	exchangeWith: CredentialType | undefined;
	/** Where to go after a success, instead of a page. */
	redirectTo: string | undefined;
	/** The user's own words. */
	successTitle: string | undefined;
	successText: string | undefined;
}

/** What reads a parameter, of a webhook or when n8n begins to listen. */
type Reader = Pick<IWebhookFunctions, 'getNodeParameter'>;

const MAX_PATH_LENGTH = 128;

/**
 * Reads and checks the settings.
 *
 * @throws InvalidFieldError; what n8n throws for an expression.
 */
export function readSettings(context: Reader): Settings {
	const read = (name: string): unknown => context.getNodeParameter(name, null);
	const checkState = oneOf(read('checkState'), parameter('checkState'), [
		'required',
		'browserOnly',
		'off',
	]);
	const option = (name: string): [value: unknown, field: Field] => [
		read(`options.${name}`),
		parameter('options', name),
	];
	const exchanges = yesOrNo(read('exchangeCode'), parameter('exchangeCode'));
	checkPath(read('path'));
	return {
		loginUrl: parseLoginUrl(read('loginUrl'), checkState),
		checkState,
		exchangeWith: exchanges ? credentialTypeOf(read('authentication')) : undefined,
		redirectTo: optionalHttpUrl(...option('redirectTo')),
		successTitle: optionalText(...option('successTitle')),
		successText: optionalText(...option('successText')),
	};
}

function checkPath(value: unknown): void {
	const field = parameter('path');
	const path = requiredText(value, field);
	// A browser resolves "." and ".." before it asks
	const isPart = (part: string) => /^[\w.~-]+$/.test(part) && !/^\.\.?$/.test(part);
	if (path.length > MAX_PATH_LENGTH || !path.split('/').every(isPart)) {
		throw new InvalidFieldError(field, 'notWebhookPath', { value: shorten(path) });
	}
}

function parseLoginUrl(value: unknown, checkState: CheckState): string {
	const field = parameter('loginUrl');
	const url = requiredText(value, field).trim();
	for (const [placeholder] of url.matchAll(/\{[^{}]{0,60}\}/g)) {
		if (placeholder !== '{redirectUri}' && placeholder !== '{state}') {
			throw new InvalidFieldError(field, 'unknownPlaceholder', { value: shorten(placeholder) });
		}
	}
	requiredHttpUrl(fillLoginUrl(url, 'https://school.example', 'state'), field);
	// Whom the browser is sent to is fixed
	if (!/^https?:\/\/[^/?#{}]+(?:[/?#]|$)/i.test(url)) {
		throw new InvalidFieldError(field, 'notHttpUrl', { value: shorten(url) });
	}
	if (checkState === 'required' && !url.includes('{state}')) {
		throw new InvalidFieldError(field, 'noState');
	}
	return url;
}

/** The address of the login, for one person. */
export function fillLoginUrl(loginUrl: string, redirectUri: string, state: string): string {
	return loginUrl
		.replaceAll('{redirectUri}', () => encodeURIComponent(redirectUri))
		.replaceAll('{state}', () => encodeURIComponent(state));
}

/**
 * The address that the login returns to. n8n tells a webhook the production address alone before 2.x,
 * also while the editor listens (n8n.md, trap 50): there it is made of the request's own path.
 *
 * @throws InvalidFieldError when a browser would not keep the cookie there, though it is to be checked.
 */
export function returnAddress(context: IWebhookFunctions, checkState: CheckState): URL {
	const production = new URL(context.getNodeWebhookUrl('default') ?? '');
	const address =
		context.getMode() !== 'manual'
			? production
			: typeof context.getWebhookResourceUrl === 'function'
				? new URL(context.getWebhookResourceUrl('default') ?? '')
				: testAddress(production, requestPath(context));
	checkTransport(address, checkState);
	return address;
}

function requestPath(context: IWebhookFunctions): string {
	const path = new URL(context.getRequestObject().originalUrl, 'http://localhost').pathname;
	return isStart(context) ? path.replace(/\/start\/?$/, '') : path;
}

/** True for the first of the two addresses. */
export function isStart(context: IWebhookFunctions): boolean {
	const name: string = context.getWebhookName();
	return name === 'start';
}

/** `https://host/prefix/webhook/a/b`, called as `/webhook-test/a/b`: `https://host/prefix/webhook-test/a/b`. */
function testAddress(production: URL, path: string): URL {
	const here = path.split('/');
	const there = production.pathname.split('/');
	let same = 0;
	while (same < here.length && here.at(-1 - same) === there.at(-1 - same)) same++;
	const address = new URL(production);
	const prefix = there.slice(0, Math.max(1, there.length - same - 1));
	address.pathname = [...prefix, ...here.slice(1)].join('/');
	return address;
}

function checkTransport(address: URL, checkState: CheckState): void {
	if (checkState === 'off' || isSafeTransport(address)) return;
	const details = { host: shorten(address.host) };
	throw new InvalidFieldError(parameter('checkState'), 'insecureReturn', details);
}

/**
 * Checks the settings when n8n begins to listen, so that its editor can say what is wrong.
 *
 * @throws NodeOperationError, ExpressionError.
 */
export function checkBeforeListening(
	context: IHookFunctions,
	properties: readonly INodeProperties[],
): void {
	try {
		const { checkState } = readSettings(context);
		checkTransport(new URL(context.getNodeWebhookUrl('default') ?? ''), checkState);
	} catch (cause) {
		throw toFailure(cause, {
			node: context.getNode(),
			itemIndex: 0,
			properties,
			hide: (text) => text,
		});
	}
}
