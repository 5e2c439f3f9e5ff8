import type { Query } from '../directory';
import { ORGANIZATION_SENTENCES } from '../texts';
import { choicesFrom, idFrom, type Operation } from './operation';

const displayOptions = { show: { resource: ['organization'], operation: ['getChildren'] } };

/**
 * The next level below an organization (T). The platform's `is_filter` is not offered: it changes the form
 * of the answer (V), and `child_type` tells the same apart.
 */
export const getChildren: Operation = {
	properties: [
		{
			displayName: 'Child Types',
			name: 'childTypes',
			type: 'multiOptions',
			options: [
				{ name: 'Associated', value: '3' },
				{ name: 'Direct', value: '1' },
				{ name: 'Subordinate', value: '2' },
			],
			default: [],
			description: 'How they belong to the organization. None chosen: all of them.',
			displayOptions,
		},
		{
			displayName: 'Organization Types',
			name: 'orgTypes',
			type: 'multiOptions',
			options: [
				{ name: 'Campus', value: '3' },
				{ name: 'Class', value: '7' },
				{ name: 'Department', value: '4' },
				{ name: 'Enterprise', value: '8' },
				{ name: 'Grade', value: '6' },
				{ name: 'Institution', value: '1' },
				{ name: 'Platform', value: '10' },
				{ name: 'School', value: '2' },
				{ name: 'School Stage', value: '5' },
				{ name: 'Teaching Studio', value: '9' },
			],
			default: [],
			description: 'What they are. None chosen: all of them.',
			displayOptions,
		},
	],
	sentences: ORGANIZATION_SENTENCES,
	prepare(read) {
		const orgId = idFrom(read, 'orgId');
		const childTypes = choicesFrom(read, 'childTypes', ['1', '2', '3']);
		const orgTypes = choicesFrom(read, 'orgTypes', [
			...(['1', '2', '3', '4', '5'] as const),
			...['6', '7', '8', '9', '10'],
		]);
		const query: Query = {
			...(childTypes === undefined ? {} : { child_type: childTypes }),
			...(orgTypes === undefined ? {} : { org_type: orgTypes }),
		};
		return {
			about: { orgId },
			run: async (directory, show) =>
				(await directory.children(orgId, query, show)).map(({ output }) => output),
		};
	},
};
