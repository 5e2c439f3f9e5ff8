import type {
	IExecuteFunctions,
	INodeExecutionData,
	INodeProperties,
	INodeType,
	INodeTypeDescription,
} from 'n8n-workflow';
import { NodeConnectionTypes } from 'n8n-workflow';

import { authenticationField, credentialChoices } from '../run/authentication';
import { runItems } from '../run/items';
import { locatorFields, simplifyField } from './fields';
import { listSearchOf } from './listSearch';
import { openDirectory } from './open';
import { organizationOperations, userOperations } from './operations';
import { getChildren } from './operations/getChildren';
import { getDepartments } from './operations/getDepartments';
import { getMembers } from './operations/getMembers';
import { optionsField } from './options';

const properties: INodeProperties[] = [
	authenticationField,
	{
		displayName: 'Resource',
		name: 'resource',
		type: 'options',
		noDataExpression: true,
		options: [
			{ name: 'Organization', value: 'organization' },
			{ name: 'User', value: 'user' },
		],
		default: 'user',
	},
	userOperations,
	organizationOperations,
	...locatorFields,
	...getChildren.properties,
	...getDepartments.properties,
	...getMembers.properties,
	simplifyField,
	optionsField,
];

/** Looks up people and organizations of the platform (platform.md 4, T; members V). It only reads. */
export class TzeDirectory implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'TZE Directory',
		name: 'tzeDirectory',
		icon: { light: 'file:../../icons/tze.svg', dark: 'file:../../icons/tze.dark.svg' },
		group: ['input'],
		version: 1,
		subtitle: '={{ $parameter["operation"] + ": " + $parameter["resource"] }}',
		description: 'Look up people, organizations and classes of a TZE education platform',
		defaults: { name: 'TZE Directory' },
		usableAsTool: true,
		inputs: [NodeConnectionTypes.Main],
		outputs: [NodeConnectionTypes.Main],
		credentials: credentialChoices,
		properties,
	};

	methods = { listSearch: listSearchOf(properties) };

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		const open = async (secrets: Set<string>) => await openDirectory(this, secrets);
		return [await runItems(this, properties, open)];
	}
}
