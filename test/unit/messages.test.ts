import fc from 'fast-check';

import { InvalidFieldError } from '../../platform/checks';
import { busiIdOf, linkMessage, oaMessage, textMessage } from '../../platform/messages';

const link = {
	title: '百度',
	content: '百度一下',
	pcUrl: 'http://www.baidu.com',
	appUrl: 'http://www.baidu.com',
	picUrl: 'http://xxx.yyy.com/zzz.jpg',
	busiId: 'AQWER1234',
};
const oa = {
	headText: 'Leave',
	pcUrl: 'https://a.example',
	appUrl: 'https://b.example',
	busiId: '7',
};

/** The rule that a builder finds broken. */
function broken(build: () => unknown): { path: string; rule: string } | undefined {
	try {
		build();
		return undefined;
	} catch (error) {
		if (!(error instanceof InvalidFieldError)) throw error;
		return { path: error.path.join('.'), rule: error.rule };
	}
}

describe('text', () => {
	it('keeps the content as it is', () => {
		fc.assert(
			fc.property(fc.string({ unit: 'binary' }), (content) => {
				fc.pre(/[!-~]/.test(content));
				expect(textMessage({ content })).toEqual({ msgType: 'text', text: { content } });
			}),
		);
	});

	it.each([[''], ['  \n'], [null], [undefined]])('refuses %j as content', (content) => {
		expect(broken(() => textMessage({ content }))).toEqual({ path: 'content', rule: 'required' });
	});

	it('sends a number as its text', () => {
		expect(textMessage({ content: 42 }).text.content).toBe('42');
	});

	it('refuses an object', () => {
		expect(broken(() => textMessage({ content: {} }))).toEqual({
			path: 'content',
			rule: 'notText',
		});
	});
});

describe('link', () => {
	it("builds the seed's example", () => {
		expect(linkMessage(link)).toEqual({ msgType: 'link', link });
	});

	it('sends an empty picUrl when there is no picture', () => {
		expect(linkMessage({ ...link, picUrl: '' }).link.picUrl).toBe('');
	});

	it.each(['title', 'content', 'pcUrl', 'appUrl', 'busiId'])('requires %s', (field) => {
		expect(broken(() => linkMessage({ ...link, [field]: '' }))).toEqual({
			path: field,
			rule: 'required',
		});
	});

	it.each([
		['pcUrl', '/notices/1'],
		['pcUrl', 'www.baidu.com'],
		['appUrl', 'ftp://a.example'],
		['appUrl', 'javascript:alert(1)'],
		['picUrl', 'data:image/png;base64,AAAA'],
		['picUrl', 'https://'],
	])('refuses %s %s', (field, value) => {
		expect(broken(() => linkMessage({ ...link, [field]: value }))).toEqual({
			path: field,
			rule: 'notHttpUrl',
		});
	});

	it('does not rewrite an address', () => {
		const pcUrl = 'HTTP://Example.com:80/a b/../?q=百度#x';
		expect(linkMessage({ ...link, pcUrl }).link.pcUrl).toBe(pcUrl);
	});
});

describe('oa', () => {
	it('leaves out what is not filled in', () => {
		expect(oaMessage({ ...oa, headBgColor: '', body: { title: '', form: {} } })).toEqual({
			msgType: 'oa',
			busiId: '7',
			pcUrl: 'https://a.example',
			appUrl: 'https://b.example',
			oa: { head: { text: 'Leave' } },
		});
	});

	it('puts everything where the settled layout has it', () => {
		const form = { fields: [{ key: 'Days', value: 3 }] };
		const body = {
			title: 'T',
			content: 'C',
			imageUrl: 'https://i.example/x.png',
			fileCount: 2,
			author: 'A',
			form,
		};
		expect(oaMessage({ ...oa, headBgColor: 'FFCC0000', body }).oa).toEqual({
			head: { text: 'Leave', bgColor: 'FFCC0000' },
			body: {
				title: 'T',
				content: 'C',
				imageUrl: 'https://i.example/x.png',
				fileCount: '2',
				author: 'A',
				form: [{ key: 'Days', value: '3' }],
			},
		});
	});

	it.each(['headText', 'pcUrl', 'appUrl', 'busiId'])('requires %s', (field) => {
		expect(broken(() => oaMessage({ ...oa, [field]: ' ' }))).toEqual({
			path: field,
			rule: 'required',
		});
	});

	it.each(['title', 'content', 'imageUrl', 'fileCount', 'author'])('may have %s alone', (field) => {
		const body = { [field]: 'https://a.example' };
		expect(oaMessage({ ...oa, body }).oa.body).toEqual(body);
	});

	it.each([7, 'x', []])('refuses %j as a body', (body) => {
		expect(broken(() => oaMessage({ ...oa, body }))).toEqual({
			path: 'body',
			rule: 'bodyExpression',
		});
	});

	describe('with a body of JSON', () => {
		const build = (bodyJson: unknown) => oaMessage({ ...oa, bodyJson }).oa.body;
		const rule = (bodyJson: unknown) => broken(() => build(bodyJson));

		it.each([
			['{"title":"T","form":[{"key":"k","value":3}]}'],
			[
				{
					title: 'T',
					form: [
						{ key: 'k', value: 3 },
						{ key: '', value: '' },
					],
				},
			],
		])('reads its text, or the object: %j', (bodyJson) => {
			expect(build(bodyJson)).toEqual({ title: 'T', form: [{ key: 'k', value: '3' }] });
		});

		it('leaves out what is left empty', () => {
			expect(build('{}')).toBeUndefined();
			for (const form of [[], null, '', ' \u200b']) {
				expect(build({ title: '', form })).toBeUndefined();
			}
		});

		it.each<[unknown, string, string]>([
			['', 'bodyJson', 'required'],
			['{', 'bodyJson', 'notJsonObject'],
			['[]', 'bodyJson', 'notJsonObject'],
			[{ titel: 'T' }, 'bodyJson', 'unknownKey'],
			[{ form: { fields: [] } }, 'bodyJson.form', 'notRows'],
			[{ form: [{ key: 'k', label: 'v' }] }, 'bodyJson.form', 'unknownKey'],
			[{ form: ['k'] }, 'bodyJson.form', 'notJsonObject'],
			[{ title: {} }, 'bodyJson.title', 'notText'],
			[{ imageUrl: '/x.png' }, 'bodyJson.imageUrl', 'notHttpUrl'],
		])('refuses %j', (bodyJson, path, expected) => {
			expect(rule(bodyJson)).toEqual({ path, rule: expected });
		});
	});

	it('accepts 255 characters as head text, counted as people count them', () => {
		expect(oaMessage({ ...oa, headText: '😀'.repeat(255) }).oa.head.text).toHaveLength(510);
	});

	it('refuses 256 characters', () => {
		expect(broken(() => oaMessage({ ...oa, headText: 'x'.repeat(256) }))).toEqual({
			path: 'headText',
			rule: 'tooLong',
		});
	});

	it.each([
		['80ff00aa', '80ff00aa'],
		[' FFCC0000 ', 'FFCC0000'],
		['#1463d8', 'FF1463D8'],
		['#1463d880', '801463D8'],
	])('turns the color %s into %s', (headBgColor, bgColor) => {
		expect(oaMessage({ ...oa, headBgColor }).oa.head.bgColor).toBe(bgColor);
	});

	it.each(['0xFFCC0000', 'red', '#FFF', 'rgba(0,0,0,1)', 'GGCC0000'])(
		'refuses the color %s',
		(headBgColor) => {
			expect(broken(() => oaMessage({ ...oa, headBgColor }))).toEqual({
				path: 'headBgColor',
				rule: 'notColor',
			});
		},
	);

	const rows = (count: number) => ({
		form: { fields: Array.from({ length: count }, (_, n) => ({ key: `k${n}`, value: `v${n}` })) },
	});

	it('accepts 6 form rows', () => {
		expect(oaMessage({ ...oa, body: rows(6) }).oa.body?.form).toHaveLength(6);
	});

	it('refuses a 7th', () => {
		expect(broken(() => oaMessage({ ...oa, body: rows(7) }))).toEqual({
			path: 'body.form',
			rule: 'tooManyEntries',
		});
	});

	it('does not count a row that is wholly empty', () => {
		const { form } = rows(6);
		const body = { form: { fields: [...form.fields, { key: '', value: '' }] } };
		expect(oaMessage({ ...oa, body }).oa.body?.form).toHaveLength(6);
	});

	it('sends a row with a label or a value alone', () => {
		const fields = [{ key: 'Days', value: '' }, { value: 3 }, { key: ' ', value: null }];
		expect(oaMessage({ ...oa, body: { form: { fields } } }).oa.body?.form).toEqual([
			{ key: 'Days', value: '' },
			{ key: '', value: '3' },
		]);
	});

	it('refuses a relative image address', () => {
		expect(broken(() => oaMessage({ ...oa, body: { imageUrl: '/x.png' } }))).toEqual({
			path: 'body.imageUrl',
			rule: 'notHttpUrl',
		});
	});
});

it('tells the Business ID of a message, which a text does not have', () => {
	expect(busiIdOf(textMessage({ content: 'x' }))).toBeUndefined();
	expect(busiIdOf(linkMessage(link))).toBe('AQWER1234');
	expect(busiIdOf(oaMessage(oa))).toBe('7');
});
