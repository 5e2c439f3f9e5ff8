import { link } from './link';
import type { MessageTypeDefinition } from './messageType';
import { oa } from './oa';
import { text } from './text';

/** Every message type, in the order of the form; a new one is a new line here. */
export const messageTypes: readonly [MessageTypeDefinition, ...MessageTypeDefinition[]] = [
	text,
	link,
	oa,
];
