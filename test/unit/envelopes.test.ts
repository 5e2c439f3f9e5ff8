import { readEnvelope, readForeignReason, readOauthToken } from '../../platform/envelopes';

describe('an answer', () => {
	it('is read as an envelope', () => {
		expect(readEnvelope('{"retCode":"000000","retDesc":"success","data":{"a":1}}')).toMatchObject({
			retCode: '000000',
			retDesc: 'success',
			data: { a: 1 },
		});
	});

	it('may say nothing but a code', () => {
		for (const rest of ['', ',"retDesc":null,"data":null', ',"retDesc":1']) {
			const envelope = readEnvelope(`{"retCode":"1"${rest}}`);
			expect(envelope).toMatchObject({ retCode: '1', retDesc: '' });
			expect(envelope).not.toHaveProperty('data');
		}
	});

	it('may have blanks around it', () => {
		expect(readEnvelope('\n{"retCode":"1"} ')).toMatchObject({ retCode: '1' });
	});

	it.each([false, 0, '', []])('keeps data such as %j', (data) => {
		expect(readEnvelope(JSON.stringify({ retCode: '1', data }))).toMatchObject({ data });
	});

	it.each([
		['', 'empty'],
		[' \n', 'empty'],
		['<html></html>', 'notJson'],
		['{"retCode":"0000', 'brokenJson'],
		['[1', 'brokenJson'],
		['{}', 'noCode'],
		['{"retCode":null}', 'noCode'],
		['{"retCode":""}', 'noCode'],
		['{"code":"000000"}', 'noCode'],
		['{"retCode":0}', 'oddCode'],
		['{"retCode":100001,"retDesc":"x"}', 'oddCode'],
		['{"retCode":true}', 'oddCode'],
		['{"retCode":" 000000 "}', 'oddCode'],
		['{"retCode":"\u200b000000\\n"}', 'oddCode'],
		['[]', 'noCode'],
		['null', 'noCode'],
	])('%j is not the platform: %s', (text, problem) => {
		expect(readEnvelope(text)).toBe(problem);
	});
});

describe('an answer of a call that is documented in envelope B', () => {
	const read = (text: string, isCut = false) => readEnvelope(text, isCut, true);

	it('is read by the names of B, or of A where that has a code', () => {
		expect(read('{"code":"000000","message":"ok","result":[1]}')).toMatchObject({
			retCode: '000000',
			retDesc: 'ok',
			data: [1],
		});
		const both = '{"retCode":"1","retDesc":"a","data":2,"code":"000000","message":"b","result":3}';
		expect(read(both)).toMatchObject({ retCode: '1', retDesc: 'a', data: 2 });
		const blank = '{"retCode":"","code":"000000","result":3}';
		expect(read(blank)).toMatchObject({ retCode: '000000', data: 3 });
	});

	it.each([
		['{}', 'noCode'],
		['{"code":""}', 'noCode'],
		['{"code":0}', 'oddCode'],
		['{"code":100001}', 'oddCode'],
		['{"code":12345678901234567890}', 'oddCode'],
		['{"code":" 000000"}', 'oddCode'],
	])('%s is not the platform: %s', (text, problem) => expect(read(text)).toBe(problem));

	it('may be cut off within its result', () => {
		expect(read('{"code":"000000","result":[1,', true)).toMatchObject({ dataLeftOut: 'tooLong' });
	});
});

describe('the beginning of a long answer', () => {
	it.each([
		['{"retCode":"1","data":["', { retCode: '1', dataLeftOut: 'tooLong' }],
		['{"retCode":"1","retDesc":"}],\\"","data":[{"a":"b","c', { retDesc: '}],"' }],
		['{"retCode":"1","data":{"a":[1,2]},"more":', { data: { a: [1, 2] } }],
		['  {"retCode":"1",', { retCode: '1' }],
		['{"retCode":"1"}          ', { retCode: '1', dataLeftOut: 'tooLong' }],
	])('says what stands whole in it: %s', (text, found) => {
		expect(readEnvelope(text, true)).toMatchObject(found);
	});

	it.each([
		['{"retCode":"1"', 'tooLong'],
		['{"retCode":"1","retDesc":"x"} and more, of it', 'tooLong'],
		['{"retDesc":"x","retCode":"00', 'tooLong'],
		['{"data":{"retCode":"1","a":', 'tooLong'],
		['{"retCode" "1","a":', 'tooLong'],
		['["retCode","1",', 'tooLong'],
		['          ', 'tooLong'],
		['{"retCode":7,"data":"', 'oddCode'],
		['<p>"retCode":"1","', 'notJson'],
		['"retCode","', 'notJson'],
	])('says nothing else: %j is %s', (text, problem) => {
		expect(readEnvelope(text, true)).toBe(problem);
	});
});

describe('the reason in an answer that is not the platform’s', () => {
	it.each([
		['{"retCode":100001,"retDesc":" 接收人不存在 "}', '接收人不存在'],
		['{"code":"100001","message":"无权限","result":null}', '无权限'],
		['{"message":"IP not in whitelist"}', 'IP not in whitelist'],
		['{"error":{"message":"quota"}}', 'quota'],
		['{"error":"invalid_grant","error_description":"expired"}', 'expired'],
		['{"error":"invalid_grant"}', 'invalid_grant'],
		['{"msg":"未登录","retDesc":""}', '未登录'],
		['{"errmsg":"no"}', 'no'],
		['{"message":{"message":{"message":"too deep"}}}', ''],
		['{"message":7}', ''],
		['["message"]', ''],
		['"message"', ''],
		['<p>message</p>', ''],
		['', ''],
	])('of %s is "%s"', (text, reason) => {
		expect(readForeignReason(text)).toBe(reason);
	});
});

describe('an OAuth token', () => {
	const token = (data: unknown) => {
		const envelope = readEnvelope(JSON.stringify({ retCode: '000000', retDesc: 'success', data }));
		return typeof envelope === 'string' ? envelope : readOauthToken(envelope);
	};

	it.each([[1602052142464], ['1602052142464'], [' 1602052142464 ']])(
		'expires at an instant given as %j',
		(expiry) => {
			expect(token({ expiry, oauthToken: 'bec2' })).toEqual({
				oauthToken: 'bec2',
				expiry: typeof expiry === 'string' ? expiry.trim() : expiry,
				expiresAt: '2020-10-07T06:29:02.464Z',
			});
		},
	);

	it.each([
		[Date.UTC(2000, 0), '2000-01-01T00:00:00.000Z'],
		[Date.UTC(2201, 0) - 1, '2200-12-31T23:59:59.999Z'],
	])('expires at a plausible instant: %d', (expiry, expiresAt) => {
		expect(token({ expiry, oauthToken: 'bec2' })).toMatchObject({ expiresAt });
	});

	it.each([
		['2020'.repeat(9)],
		[null],
		[9e99],
		[0],
		[-1],
		// Seconds
		[1602052142],
		['1296000'],
		[Date.UTC(2000, 0) - 1],
		[Date.UTC(2201, 0)],
	])('is not lost to an odd expiry, %j', (expiry) => {
		expect(token({ expiry, oauthToken: 'bec2' })).toMatchObject({
			oauthToken: 'bec2',
			expiry,
			expiresAt: null,
		});
	});

	it('is not lost to anything beside it that is too deep to be kept', () => {
		const deep = `${'['.repeat(5_000)}${']'.repeat(5_000)}`;
		const text = `{"retCode":"000000","data":{"oauthToken":"bec2","expiry":${deep}}}`;
		const envelope = readEnvelope(text);
		expect(typeof envelope === 'string' ? envelope : readOauthToken(envelope)).toEqual({
			oauthToken: 'bec2',
			expiry: null,
			expiresAt: null,
		});
	});
	it.each([['soon'], ['-5'], ['1e12'], [''], [true], [[5]], [{ accessToken: 'x' }], [undefined]])(
		'passes on nothing in the place of an instant: %j',
		(expiry) => {
			expect(token({ expiry, oauthToken: 'bec2' })).toEqual({
				oauthToken: 'bec2',
				expiry: null,
				expiresAt: null,
			});
		},
	);

	it.each([[{}], [{ oauthToken: '' }], [{ oauthToken: 7 }], [['bec2']], ['bec2'], [undefined]])(
		'is missing in %j',
		(data) => {
			expect(token(data)).toBeUndefined();
		},
	);
});

it.each(['20261126045301000123', '9007199254740993', '1e999'])(
	'a number of %s is no code, though it is read as a text',
	(code) => {
		expect(readEnvelope(`{"retCode":${code},"retDesc":"ok"}`)).toBe('oddCode');
	},
);

it('a field named toJSON hides no depth', () => {
	const deep = `${'['.repeat(5000)}${']'.repeat(5000)}`;
	expect(readEnvelope(`{"retCode":"000000","data":{"toJSON":1,"x":${deep}}}`)).toMatchObject({
		retCode: '000000',
		dataLeftOut: 'tooDeep',
	});
});
