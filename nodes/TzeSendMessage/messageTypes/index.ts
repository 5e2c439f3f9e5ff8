import type { MessageType } from '../../../platform/messages';
import { link } from './link';
import type { MessageTypeDefinition } from './messageType';
import { oa } from './oa';
import { text } from './text';

/** Every message type, in the order of the form. */
export const messageTypes: Record<MessageType, MessageTypeDefinition> = { text, link, oa };

/** Their names; a form begins with the first. */
export const messageTypeNames = Object.keys(messageTypes) as [MessageType, ...MessageType[]];
