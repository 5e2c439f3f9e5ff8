import type {
	IExecuteFunctions,
	IHttpRequestOptions,
	ILoadOptionsFunctions,
	IWebhookFunctions,
} from 'n8n-workflow';
import { NodeOperationError, sleep } from 'n8n-workflow';

import { secretsOf } from '../../credentials/secrets';
import { parseAccessToken, parseBaseUrl } from '../../platform/addresses';
import { parseRecipientFormat, type RecipientFormat } from '../../platform/requestBody';
import { callPlatform, type Call, type Reply, type Surroundings } from '../../transport/call';
import { Pace, type PaceLimits, type Turn } from '../../transport/pace';
import { AppTokens, pastedToken } from '../../transport/tokens';
import { credentialTypeOf, type CredentialType } from './authentication';
import { UnreadableCredentialError } from './failures';

/** A credential, read once per run, checked, and ready for calls. */
export interface Connection {
	/** Makes a call of the platform, in its turn; without one, it is a run of its own. @throws PlatformError */
	call(call: Call, turn?: Turn): Promise<Reply>;
	/** The pace of the run's calls. */
	paceOf(limits: PaceLimits): Pace;
	readonly baseUrl: URL;
	/** As the user left it: only sending needs it. */
	readonly messagePath: unknown;
	/** As the user left it: only sending to named people needs it. */
	readonly recipientField: unknown;
	readonly recipientFormat: RecipientFormat;
	/** As the user left it: only lists of the directory need it. */
	readonly rootOrgId: unknown;
	/** Who gets every message instead of its own recipients; blank when nobody does. */
	readonly testRecipients: unknown;
}

/**
 * Reads the node's credential and checks what every call needs.
 *
 * @param secrets of the run, to which those of the credential are added.
 * @throws InvalidFieldError for a setting that breaks a rule; UnreadableCredentialError.
 */
export async function connect(
	context: IExecuteFunctions,
	secrets: Set<string>,
): Promise<Connection> {
	const type = credentialTypeOf(context.getNodeParameter('authentication', 0, null));
	return await connectAs(type, context, secrets);
}

/** What a call can be made with: a webhook, and a list of the editor, have no execution that could be stopped. */
type Caller = IExecuteFunctions | IWebhookFunctions | ILoadOptionsFunctions;

/** As {@link connect}, with a credential that the caller has chosen. */
export async function connectAs(
	type: CredentialType,
	context: Caller,
	secrets: Set<string>,
): Promise<Connection> {
	const reread = async () =>
		await context.getCredentials(type).catch((error: unknown) => {
			if (error instanceof NodeOperationError) throw error;
			throw new UnreadableCredentialError(error instanceof Error ? error.message : '');
		});
	const data = await reread();
	for (const secret of secretsOf(data)) secrets.add(secret);
	const baseUrl = parseBaseUrl(data.baseUrl);
	const time = { now: Date.now, sleep, random: Math.random };
	const tokens =
		type === 'tzeAppApi'
			? new AppTokens(data, { ...time, reread }, secrets)
			: pastedToken(data, parseAccessToken(data.accessToken), secrets);
	const around: Surroundings = {
		...time,
		signal: 'getExecutionCancelSignal' in context ? context.getExecutionCancelSignal() : undefined,
		request: async (options, credential): Promise<unknown> =>
			await context.helpers.httpRequestWithAuthentication.call(
				stoppedBy(context, options.abortSignal),
				type,
				options,
				{ credentialsDecrypted: { id: '', name: '', type, data: credential } },
			),
	};
	return {
		call: async (call, turn) => await callPlatform(around, tokens, call, turn),
		paceOf: (limits) => new Pace(limits, around),
		baseUrl,
		messagePath: data.messagePath,
		recipientField: data.recipientField,
		recipientFormat: parseRecipientFormat(data.recipientFormat),
		rootOrgId: data.rootOrgId,
		testRecipients: data.testRecipients,
	};
}

/** The same context, but with this signal: n8n puts the context's in the place of a request's own (n8n.md, trap 33). */
function stoppedBy(context: Caller, signal: IHttpRequestOptions['abortSignal']): Caller {
	const getExecutionCancelSignal = { value: () => signal };
	return Object.create(context, { getExecutionCancelSignal }) as Caller;
}
