import { ORGANIZATION_SENTENCES } from '../texts';
import { idFrom, type Operation } from './operation';

/** An organization, by its ID (T). */
export const getOrganization: Operation = {
	properties: [],
	sentences: ORGANIZATION_SENTENCES,
	prepare(read) {
		const orgId = idFrom(read, 'orgId');
		return {
			about: { orgId },
			run: async (directory, show) => [await directory.organization(orgId, show)],
		};
	},
};
