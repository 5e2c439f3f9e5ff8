import type { INodeProperties } from 'n8n-workflow';

import { InvalidFieldError, oneOf, parameter, shorten } from '../../../platform/checks';
import { getChildren } from './getChildren';
import { getDepartments } from './getDepartments';
import { getMembers } from './getMembers';
import { getOrganization } from './getOrganization';
import { getUser } from './getUser';
import type { Operation } from './operation';

/** Every operation of the node, by its resource and its value in stored workflows. */
const OPERATIONS: Record<'user' | 'organization', Readonly<Record<string, Operation>>> = {
	user: { get: getUser },
	organization: { get: getOrganization, getChildren, getDepartments, getMembers },
};

export const userOperations: INodeProperties = {
	displayName: 'Operation',
	name: 'operation',
	type: 'options',
	noDataExpression: true,
	options: [
		{
			name: 'Get',
			value: 'get',
			description: 'Look up a person by their ID: name, family, organizations',
			action: 'Get a user',
		},
	],
	default: 'get',
	displayOptions: { show: { resource: ['user'] } },
};

export const organizationOperations: INodeProperties = {
	displayName: 'Operation',
	name: 'operation',
	type: 'options',
	noDataExpression: true,
	options: [
		{
			name: 'Get',
			value: 'get',
			description: 'Look up an organization by its ID',
			action: 'Get an organization',
		},
		{
			name: 'Get Children',
			value: 'getChildren',
			description: 'List the organizations of the next level below it',
			action: 'Get the children of an organization',
		},
		{
			name: 'Get Departments',
			value: 'getDepartments',
			description: 'List the departments of an organization',
			action: 'Get the departments of an organization',
		},
		{
			name: 'Get Members',
			value: 'getMembers',
			description:
				'List the people of an organization. Seen at other cities of the same software: not every deployment has it.',
			action: 'Get the members of an organization',
		},
	],
	default: 'get',
	displayOptions: { show: { resource: ['organization'] } },
};

/**
 * The operation that a workflow names. One that a newer version has stored must not become another.
 *
 * @throws InvalidFieldError
 */
export function operationOf(resource: unknown, value: unknown): Operation {
	const of = OPERATIONS[oneOf(resource, parameter('resource'), ['user', 'organization'] as const)];
	const known = Object.entries(of).find(([name]) => name === value);
	if (known !== undefined) return known[1];
	const details = { value: shorten(String(value)), options: Object.keys(of).join(', ') };
	throw new InvalidFieldError(parameter('operation'), 'unknownOperation', details);
}
