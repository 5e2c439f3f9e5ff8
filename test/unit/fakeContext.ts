import type {
	ICredentialDataDecryptedObject,
	IDataObject,
	IExecuteFunctions,
	IHttpRequestOptions,
	INode,
	INodeExecutionData,
	NodeExecutionHint,
} from 'n8n-workflow';

import type { Work } from '../../nodes/run/items';
import { noteProgress } from '../../transport/progress';
import { answer, SUCCESS, type Step } from './fakes';

/** What a node is run with. */
export interface FakeRun {
	/** Parameters by item, by their path (`options.timeout`); a short list ends with its last. */
	parameters?: IDataObject[];
	/** How many items there are; as many as parameters by default. */
	count?: number;
	onError?: INode['onError'];
	signal?: AbortSignal;
	credential?: ICredentialDataDecryptedObject | Error;
	/** What comes of a request, by its credential, itself, and its number. */
	respond?: (...request: [...Parameters<Step>, call: number]) => unknown;
}

const CREDENTIAL = {
	baseUrl: 'https://api.tze.cn',
	accessToken: 'a-token-of-a-test',
	messagePath: '/msg',
};

/** n8n fills in what a stored workflow leaves out. */
const DEFAULTS: IDataObject = {
	authentication: 'accessToken',
	msgType: 'text',
	sendTo: 'recipients',
	specifyBody: 'fields',
};

/** n8n's context of a node, as far as this package uses it; and the requests that were made with it. */
export function fakeContext({
	parameters = [{}],
	count = parameters.length,
	onError,
	signal,
	credential = CREDENTIAL,
	respond = answer(SUCCESS),
}: FakeRun = {}) {
	const requests: IHttpRequestOptions[] = [];
	const hints: string[] = [];
	const options = parameters
		.flatMap((given) => Object.entries(given))
		.flatMap(([path, value]) => {
			const [group, name] = path.split('.');
			return group === 'options' && name !== undefined ? [[name, value]] : [];
		});
	const credentialTypes: string[] = [];
	const node: INode = {
		id: '1',
		name: 'Node',
		type: 'n8n-nodes-tze.node',
		typeVersion: 1,
		position: [0, 0],
		parameters: { options: Object.fromEntries(options) as IDataObject } as INode['parameters'],
		onError,
	};
	const context = {
		getInputData: () => Array.from({ length: count }, () => ({ json: {} })),
		continueOnFail: () => onError !== undefined && onError !== 'stopWorkflow',
		getNode: () => node,
		getExecutionCancelSignal: () => signal,
		getNodeParameter: (name: string, itemIndex: number, fallback: unknown) =>
			(parameters[itemIndex] ?? parameters.at(-1))?.[name] ?? DEFAULTS[name] ?? fallback,
		addExecutionHints: (...added: NodeExecutionHint[]) =>
			hints.push(...added.map(({ message }) => message)),
		getCredentials: async (type: string) => {
			credentialTypes.push(type);
			if (credential instanceof Error) throw credential;
			return credential;
		},
		helpers: {
			httpRequestWithAuthentication: async (
				_type: string,
				options: IHttpRequestOptions,
				{
					credentialsDecrypted: { data },
				}: { credentialsDecrypted: { data: ICredentialDataDecryptedObject } },
			) => {
				noteProgress(data, { step: 'authorized' });
				requests.push(options);
				return (await respond(data, options, requests.length - 1)) as unknown;
			},
		},
	};
	return {
		context: context as unknown as IExecuteFunctions,
		node,
		requests,
		credentialTypes,
		hints,
	};
}

/** Makes a prepared call in a turn of its own. */
export async function performOne<Call>(
	{ pace, perform }: Pick<Work<Call>, 'pace' | 'perform'>,
	call: Call,
): Promise<IDataObject> {
	const turn = await pace.enter();
	if (turn === undefined) throw new Error('No turn');
	const output = await perform(call, turn).finally(() => turn.end());
	if (Array.isArray(output)) throw new Error('A list');
	return output;
}

/** What a failed item says of whether it was delivered; `undefined` for one that did not fail. */
export function deliveredOf({ json }: INodeExecutionData): unknown {
	return (json.error as IDataObject | undefined)?.delivered;
}
