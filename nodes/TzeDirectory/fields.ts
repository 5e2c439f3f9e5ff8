import type { INodeProperties } from 'n8n-workflow';

import { isRecord } from '../../platform/json';

/** Whom and what a call is about. */
export const locatorFields: INodeProperties[] = [
	{
		displayName: 'User',
		name: 'userId',
		type: 'resourceLocator',
		required: true,
		default: { mode: 'list', value: '' },
		modes: [
			{
				displayName: 'From List',
				name: 'list',
				type: 'list',
				typeOptions: { searchListMethod: 'searchUsers', searchable: true },
			},
			{ displayName: 'By ID', name: 'id', type: 'string', placeholder: 'e.g. P1001' },
		],
		description:
			'The person to look up. The list holds the members of the organization that the credential names, and of all below it.',
		displayOptions: { show: { resource: ['user'], operation: ['get'] } },
	},
	{
		displayName: 'Organization',
		name: 'orgId',
		type: 'resourceLocator',
		required: true,
		default: { mode: 'list', value: '' },
		modes: [
			{
				displayName: 'From List',
				name: 'list',
				type: 'list',
				typeOptions: { searchListMethod: 'searchOrganizations', searchable: true },
			},
			{ displayName: 'By ID', name: 'id', type: 'string', placeholder: 'e.g. 3201001' },
		],
		description:
			'The school, class or other organization. The list begins at the organization that the credential names.',
		displayOptions: { show: { resource: ['organization'] } },
	},
];

/** Whether the output is made for people. */
export const simplifyField: INodeProperties = {
	displayName: 'Simplify',
	name: 'simplify',
	type: 'boolean',
	default: true,
	description: 'Whether to return a simplified version of the response instead of the raw data',
};

/** The value of a resource locator, whatever its mode; also of one that is a mere text. */
export function valueOfLocator(locator: unknown): unknown {
	return isRecord(locator) && 'value' in locator ? locator.value : locator;
}
