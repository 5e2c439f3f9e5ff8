import { isBlank, parameter, yesOrNo } from '../../../platform/checks';
import { parseId } from '../../../platform/recipients';
import type { Query } from '../directory';
import { ORGANIZATION_SENTENCES } from '../texts';
import { idFrom, type Operation } from './operation';

const displayOptions = { show: { resource: ['organization'], operation: ['getDepartments'] } };

/** The departments of an organization (T). */
export const getDepartments: Operation = {
	properties: [
		{
			displayName: 'All Levels',
			name: 'allLevels',
			type: 'boolean',
			default: true,
			description: 'Whether to return the departments of all levels, not of the next one alone',
			displayOptions,
		},
		{
			displayName: 'Parent ID',
			name: 'parentId',
			type: 'string',
			default: '',
			description:
				'ID of the department whose departments to return. Empty: those of the organization.',
			displayOptions,
		},
	],
	sentences: ORGANIZATION_SENTENCES,
	prepare(read) {
		const orgId = idFrom(read, 'orgId');
		const isAll = yesOrNo(read('allLevels'), parameter('allLevels'));
		const parentId = read('parentId');
		const query: Query = {
			is_all: isAll ? '1' : '0',
			...(isBlank(parentId) ? {} : { parent_id: parseId(parentId, parameter('parentId')) }),
		};
		return {
			about: { orgId },
			run: async (directory, show) =>
				(await directory.departments(orgId, query, show)).map(({ output }) => output),
		};
	},
};
