import type {
	ICredentialDataDecryptedObject,
	IDataObject,
	IExecuteFunctions,
	IHttpRequestOptions,
	INode,
	INodeExecutionData,
} from 'n8n-workflow';

import { noteProgress } from '../../transport/progress';
import { answer, SUCCESS } from './fakes';

/** What a node is run with. */
export interface FakeRun {
	/** Parameters by item, by their path (`options.timeout`); a short list ends with its last. */
	parameters?: IDataObject[];
	/** How many items there are; as many as parameters by default. */
	count?: number;
	onError?: INode['onError'];
	signal?: AbortSignal;
	credential?: ICredentialDataDecryptedObject | Error;
	/** The stored form of parameters, where expressions show. */
	stored?: INode['parameters'];
	/** What comes of a request, by its credential and its number. */
	respond?: (data: ICredentialDataDecryptedObject, call: number) => unknown;
}

/** n8n's context of a node, as far as this package uses it; and the requests that were made with it. */
export function fakeContext({
	parameters = [{}],
	count = parameters.length,
	onError,
	signal,
	credential = { baseUrl: 'https://api.tze.cn', accessToken: 't', messagePath: '/msg' },
	stored = {},
	respond = answer(SUCCESS),
}: FakeRun = {}) {
	const requests: IHttpRequestOptions[] = [];
	const credentialTypes: string[] = [];
	const node: INode = {
		id: '1',
		name: 'Node',
		type: 'n8n-nodes-tze.node',
		typeVersion: 1,
		position: [0, 0],
		parameters: stored,
		onError,
	};
	const context = {
		getInputData: () => Array.from({ length: count }, () => ({ json: {} })),
		continueOnFail: () => onError !== undefined && onError !== 'stopWorkflow',
		getNode: () => node,
		getExecutionCancelSignal: () => signal,
		getNodeParameter: (name: string, itemIndex: number, fallback: unknown) =>
			(parameters[itemIndex] ?? parameters.at(-1))?.[name] ?? fallback,
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
				return (await respond(data, requests.length - 1)) as unknown;
			},
		},
	};
	return { context: context as unknown as IExecuteFunctions, node, requests, credentialTypes };
}

/** What a failed item says of whether it was delivered; `undefined` for one that did not fail. */
export function deliveredOf({ json }: INodeExecutionData): unknown {
	const details = [json.error, json.details, json.message].find(
		(value) => typeof value === 'object' && value !== null && 'delivered' in value,
	);
	return (details as IDataObject | undefined)?.delivered;
}
