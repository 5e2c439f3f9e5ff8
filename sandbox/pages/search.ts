import type { DeliveredMessage } from '../store';
import { findUser } from '../town';

/** Longer than any id or name, and than anybody types. */
const LONGEST_SEARCH = 200;

/**
 * Whether a message has this text, in whatever case: in the id or name of a recipient, in its busiId, or in
 * what a person reads of it. `undefined` when nothing is searched for.
 */
export function searchFor(text: string): ((delivered: DeliveredMessage) => boolean) | undefined {
	const sought = text.trim().slice(0, LONGEST_SEARCH);
	if (sought === '') return undefined;
	// Unlike lower-case copies, a pattern takes no memory for messages of any length
	const pattern = new RegExp(sought.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&'), 'iu');
	const isSought = (part: string | undefined) => part !== undefined && pattern.test(part);
	return (delivered) =>
		delivered.recipients.some((id) => isSought(id) || isSought(findUser(id)?.name)) ||
		isSought(delivered.busiId) ||
		textsOf(delivered).some(isSought);
}

function textsOf(delivered: DeliveredMessage): Array<string | undefined> {
	switch (delivered.msgType) {
		case 'text':
			return [delivered.message.text.content];
		case 'link':
			return [delivered.message.link.title, delivered.message.link.content];
		case 'oa': {
			const { head, body: { title, content, author, form = [] } = {} } = delivered.message.oa;
			return [head.text, title, content, author, ...form.flatMap(({ key, value }) => [key, value])];
		}
	}
}
