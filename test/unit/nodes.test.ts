import type { INodeProperties, INodeType } from 'n8n-workflow';
import { NodeHelpers } from 'n8n-workflow';

import { TzeOauthExchange } from '../../nodes/TzeOauthExchange/TzeOauthExchange.node';
import { TzeSendMessage } from '../../nodes/TzeSendMessage/TzeSendMessage.node';
import { fakeContext } from './fakeContext';

const target = ['pcUrl', 'appUrl', 'busiId'];
const FIELDS = {
	text: ['content'],
	link: ['title', 'content', 'picUrl', ...target],
	oa: ['headText', 'headBgColor', 'specifyBody', 'body', ...target],
};

const send: INodeType = new TzeSendMessage();
const exchange: INodeType = new TzeOauthExchange();

const names = (properties: INodeProperties[]) => properties.map(({ name }) => name);
/** A field of the operation that a new node begins with. */
const field = ({ description }: INodeType, name: string) =>
	description.properties.find(
		({ name: own, displayOptions }) =>
			own === name && (displayOptions?.show?.operation ?? ['send']).includes('send'),
	);

/** The fields that the form shows for such parameters. */
function shown(type: INodeType, parameters: Record<string, string>): string[] {
	const { node } = fakeContext();
	const { properties } = type.description;
	const values = {
		...{ authentication: 'accessToken', operation: 'send', sendTo: 'recipients' },
		...{ specifyBody: 'fields', ...parameters },
	};
	return names(
		properties.filter((property) =>
			NodeHelpers.displayParameter(values, property, node, type.description),
		),
	);
}

describe('a question', () => {
	it.each([
		['oa', ['headBgColor', 'specifyBody', 'body']],
		['link', ['picUrl']],
	])('by %s shows its own fields, and those of its card', (msgType, card) => {
		const parameters = { operation: 'sendAndWait', msgType, responseType: 'approval' };
		expect(shown(send, parameters)).toEqual([
			...['authentication', 'operation', 'msgType', 'sendTo', 'recipients', 'answerLink'],
			...['title', 'message', 'responseType', 'approvalOptions', 'busiId', ...card, 'options'],
		]);
	});

	it('is what n8n makes a human review of: with one operation, webhooks and a message', () => {
		const { webhooks, properties } = send.description;
		expect(webhooks?.map(({ httpMethod, path }) => [httpMethod, path])).toEqual([
			['GET', '={{ $nodeId }}'],
			['POST', '={{ $nodeId }}'],
		]);
		expect(names(properties).filter((name) => name === 'message')).toHaveLength(1);
	});
});

/** Stored workflows depend on these (docs/interface.md). */
describe('stored workflows', () => {
	it('find the nodes and their version', () => {
		expect([send.description.name, send.description.version]).toEqual(['tzeSendMessage', 1]);
		expect([exchange.description.name, exchange.description.version]).toEqual([
			'tzeOauthExchange',
			1,
		]);
	});

	it.each([
		[send, 'authentication', 'accessToken'],
		[send, 'operation', 'send'],
		[send, 'msgType', 'text'],
		[send, 'sendTo', 'recipients'],
		[send, 'recipients', ''],
		[send, 'specifyBody', 'fields'],
		[send, 'busiId', '={{ $execution.id }}-{{ $itemIndex }}'],
		[send, 'options', {}],
		[exchange, 'authentication', 'accessToken'],
		[exchange, 'oauthCode', '={{ $json.oauthCode }}'],
		[exchange, 'personId', '={{ $json.personId }}'],
	])('find the default that was left out of them: $description.name, %s', (type, name, value) => {
		expect(field(type, name)?.default).toEqual(value);
	});
});

it.each([send, exchange])('$description.name can have either credential', ({ description }) => {
	expect(description.credentials?.map(({ name }) => name)).toEqual(['tzeApi', 'tzeAppApi']);
	expect(description.credentials?.every(({ required }) => required === true)).toBe(true);
});

describe('the form of a message', () => {
	it.each(Object.entries(FIELDS))('of type %s has its fields', (msgType, fields) => {
		const around = ['authentication', 'operation', 'msgType', 'sendTo', 'recipients'];
		expect(shown(send, { msgType }).sort()).toEqual([...around, ...fields, 'options'].sort());
	});

	it('has no recipients when the message goes alone, which is a choice', () => {
		expect(shown(send, { msgType: 'text', sendTo: 'noRecipientField' })).not.toContain(
			'recipients',
		);
		expect(field(send, 'sendTo')?.options).toMatchObject([
			{ value: 'recipients' },
			{ value: 'noRecipientField' },
		]);
	});

	it('has JSON in the place of the body when that is chosen', () => {
		const fields = shown(send, { msgType: 'oa', specifyBody: 'json' });
		expect(fields).toContain('bodyJson');
		expect(fields).not.toContain('body');
	});

	it('keeps its rows when a field beside them is edited', () => {
		const form = (field(send, 'body')?.options as INodeProperties[]).find(
			({ name }) => name === 'form',
		);
		expect(form?.typeOptions).toMatchObject({ multipleValues: true });
		expect(form?.default).toEqual({ fields: [{ key: '', value: '' }] });
	});
});

describe('a secret', () => {
	it('is the token of an exchange, and its code', () => {
		expect(exchange.description.sensitiveOutputFields).toEqual(['oauthToken']);
		expect(field(exchange, 'oauthCode')?.typeOptions?.password).toBe(true);
	});

	it('is not handed to agents, which may send messages', () => {
		expect(exchange.description.usableAsTool).toBeUndefined();
		expect(send.description.usableAsTool).toBe(true);
	});
});
