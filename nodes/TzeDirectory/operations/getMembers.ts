import type { IDataObject } from 'n8n-workflow';

import { integerInRange, oneOf, parameter, yesOrNo } from '../../../platform/checks';
import { MAX_PAGE_SIZE } from '../../../platform/directory';
import type { Query } from '../directory';
import { MEMBERS_SENTENCES } from '../texts';
import { idFrom, type Operation } from './operation';

const displayOptions = { show: { resource: ['organization'], operation: ['getMembers'] } };

/** The platform's words for a kind of member (V). */
const USER_TYPES = { all: undefined, student: '0', teacher: '1' } as const;

/** The people of an organization (V: not every deployment has this call). */
export const getMembers: Operation = {
	properties: [
		{
			displayName: 'User Type',
			name: 'userType',
			type: 'options',
			options: [
				{ name: 'All', value: 'all' },
				{ name: 'Student', value: 'student' },
				{ name: 'Teacher', value: 'teacher' },
			],
			default: 'all',
			description: 'Which members to return; the platform tells students and teachers apart',
			displayOptions,
		},
		{
			displayName: 'Recurse',
			name: 'recurse',
			type: 'boolean',
			default: false,
			description:
				'Whether to return the members of everything below the organization as well, each person once',
			displayOptions,
		},
		{
			displayName: 'Return All',
			name: 'returnAll',
			type: 'boolean',
			default: false,
			description: 'Whether to return all results or only up to a given limit',
			displayOptions,
		},
		{
			displayName: 'Limit',
			name: 'limit',
			type: 'number',
			typeOptions: { minValue: 1 },
			default: 50,
			description: 'Max number of results to return',
			displayOptions: { show: { ...displayOptions.show, returnAll: [false] } },
		},
	],
	sentences: MEMBERS_SENTENCES,
	prepare(read) {
		const orgId = idFrom(read, 'orgId');
		const userType =
			USER_TYPES[
				oneOf(read('userType'), parameter('userType'), ['all', 'student', 'teacher'] as const)
			];
		const query: Query = userType === undefined ? {} : { user_type: userType };
		const recurse = yesOrNo(read('recurse'), parameter('recurse'));
		const limit = yesOrNo(read('returnAll'), parameter('returnAll'))
			? Infinity
			: integerInRange(read('limit'), parameter('limit'), { min: 1, max: Number.MAX_SAFE_INTEGER });
		return {
			about: { orgId },
			async run(directory, show) {
				const people: IDataObject[] = [];
				const found = recurse
					? directory.membersBelow(orgId, query, show)
					: directory.members(orgId, query, show, Math.min(limit, MAX_PAGE_SIZE));
				for await (const { output } of found) {
					people.push(output);
					if (people.length >= limit) break;
				}
				return people;
			},
		};
	},
};
