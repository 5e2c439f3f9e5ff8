import { InvalidFieldError, setting } from '../../platform/checks';
import { AccessTokenError } from '../../transport/errors';

const hide = (text: string) => text.replaceAll('s3cret', '***');

describe('why there is no token, without secrets,', () => {
	it('is hidden in every text of others', () => {
		const problem = { kind: 'refused', retCode: 's3cret', retDesc: '已使用 s3cret' } as const;
		const hidden = new AccessTokenError(problem, true, 7000).hidden(hide);
		expect(hidden).toMatchObject({
			problem: { kind: 'refused', retCode: '***', retDesc: '已使用 ***' },
			isFinal: true,
			retryAfterMs: 7000,
		});
	});

	it('keeps what is no text', () => {
		const error = new InvalidFieldError(setting('appId'), 'required');
		const hidden = new AccessTokenError({ kind: 'invalidSetting', error }, true).hidden(hide);
		expect(hidden.problem).toEqual({ kind: 'invalidSetting', error });
		const other = {
			kind: 'notThePlatform',
			host: 's3cret.example',
			status: 404,
			reason: 's3cret',
		} as const;
		expect(new AccessTokenError(other, false).hidden(hide).problem).toEqual({
			...other,
			host: '***.example',
			reason: '***',
		});
	});
});
