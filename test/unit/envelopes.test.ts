import { readEnvelope, readOauthToken } from '../../platform/envelopes';

describe('an answer', () => {
	it('is read as an envelope', () => {
		expect(readEnvelope('{"retCode":"000000","retDesc":"success","data":{"a":1}}')).toMatchObject({
			retCode: '000000',
			retDesc: 'success',
			data: { a: 1 },
		});
	});

	it.each([
		['', 'empty'],
		[' \n', 'empty'],
		['<html></html>', 'notJson'],
		['{"retCode":"0000', 'brokenJson'],
		['{}', 'noCode'],
		['{"retCode":0}', 'noCode'],
		['[]', 'noCode'],
		['null', 'noCode'],
	])('%j is not the platform: %s', (text, problem) => {
		expect(readEnvelope(text)).toBe(problem);
	});
});

describe('an OAuth token', () => {
	const token = (data: unknown) => {
		const envelope = readEnvelope(JSON.stringify({ retCode: '000000', retDesc: 'success', data }));
		return typeof envelope === 'string' ? envelope : readOauthToken(envelope);
	};

	it.each([[1602052142464], ['1602052142464']])('expires at an instant given as %j', (expiry) => {
		expect(token({ expiry, oauthToken: 'bec2' })).toEqual({
			oauthToken: 'bec2',
			expiry,
			expiresAt: '2020-10-07T06:29:02.464Z',
		});
	});

	it.each([['soon'], [null], [9e99]])('is not lost to an odd expiry, %j', (expiry) => {
		expect(token({ expiry, oauthToken: 'bec2' })).toMatchObject({
			oauthToken: 'bec2',
			expiresAt: null,
		});
	});

	it.each([[{}], [{ oauthToken: '' }], ['bec2'], [undefined]])('is missing in %j', (data) => {
		expect(token(data)).toBeUndefined();
	});
});
