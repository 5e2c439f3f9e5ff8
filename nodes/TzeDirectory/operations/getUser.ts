import { USER_SENTENCES } from '../texts';
import { idFrom, type Operation } from './operation';

/** A person, by their ID (T). */
export const getUser: Operation = {
	properties: [],
	sentences: USER_SENTENCES,
	prepare(read) {
		const userId = idFrom(read, 'userId');
		return {
			about: { userId },
			run: async (directory, show) => [await directory.user(userId, show)],
		};
	},
};
