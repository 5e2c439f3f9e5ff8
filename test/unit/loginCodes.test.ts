import { Codes } from '../../nodes/TzeLoginTrigger/codes';
import { isRef, readCookie, rememberingCookie } from '../../nodes/TzeLoginTrigger/cookie';
import { visitorOf } from '../../nodes/TzeLoginTrigger/visitor';

describe('a code', () => {
	const personId = 'P1001';
	const setUp = () => {
		let now = 0;
		const codes = new Codes<string>('not yours', () => now);
		const begin = async (code: string, outcome = 'done') =>
			await codes.begin(
				{ code, personId },
				async () => outcome,
				(came) => came !== 'again',
			);
		const find = (code: string, of = personId) => codes.find({ code, personId: of });
		return { codes, begin, find, at: (time: number) => (now = time) };
	};

	it('is remembered for ten minutes', async () => {
		const { begin, find, at } = setUp();
		await begin('a');
		at(599_999);
		expect(await find('a')).toBe('done');
		at(600_000);
		expect(find('a')).toBeUndefined();
	});

	it('tells nothing to whom comes with it later under another name', async () => {
		const { begin, find } = setUp();
		await begin('a');
		expect(await find('a', 'P2001')).toBe('not yours');
	});

	it('may come again after an outcome that is not final, or a failure', async () => {
		const { codes, begin, find } = setUp();
		await begin('a', 'again');
		const failing = codes.begin(
			{ code: 'b', personId },
			async () => await Promise.reject(new Error('no')),
			() => true,
		);
		await expect(failing).rejects.toThrow('no');
		expect([find('a'), find('b')]).toEqual([undefined, undefined]);
	});

	it('gives way when there are ten thousand later ones', async () => {
		const { begin, find } = setUp();
		for (let index = 0; index <= 10_000; index++) await begin(`code-${index}`);
		expect(find('code-0')).toBeUndefined();
		expect(await find('code-1')).toBe('done');
	});
});

describe('a cookie', () => {
	const state = 'S'.repeat(43);
	const here = new URL('http://127.0.0.1:5678/webhook/bind');
	const there = new URL('https://n8n.school.example/webhook/bind');

	it('is for https alone, but on this machine', () => {
		expect(rememberingCookie(here, { state, ref: undefined })).not.toContain('Secure');
		expect(rememberingCookie(there, { state, ref: 'k' })).toMatch(
			/^__Secure-tze-login-[0-9a-f]{8}=S{43}\.k; Max-Age=900; Path=\/webhook\/bind; HttpOnly; SameSite=Lax; Secure$/,
		);
	});

	it('of a path above is not taken for its own', () => {
		const below = new URL(`${here.href}/staff`);
		const both = [here, below].map((address, index) => {
			const [pair] = rememberingCookie(address, { state, ref: `k${index}` }).split(';');
			return pair;
		});
		expect(readCookie(both.join('; '), below)).toEqual({ state, ref: 'k1' });
		expect(readCookie(both[0], below)).toBeUndefined();
	});

	it.each([
		[`tze-login=${state}`, { state, ref: undefined }],
		[`a=b; tze-login=${state}.k.1~; c`, { state, ref: 'k.1~' }],
		[`tze-login=${state}.`, undefined],
		[`tze-login=${state}.a b`, undefined],
		[`tze-login=${state}x`, undefined],
		[`tze-login=${state}; tze-login=${state}`, undefined],
		[`Tze-Login=${state}`, undefined],
		[`x=${'y'.repeat(20_000)}; tze-login=${state}`, undefined],
		['', undefined],
		[undefined, undefined],
	])('is read as it was made: %j', (header, memory) => {
		const [name] = rememberingCookie(here, { state, ref: undefined }).split('=');
		expect(readCookie(header?.replaceAll('tze-login', name), here)).toEqual(memory);
	});

	it.each([
		['a', true],
		['a'.repeat(128), true],
		['a'.repeat(129), false],
		['', false],
		['a/b', false],
		['a\n', false],
		[['a'], false],
	])('carries a key of such letters: %j', (ref, isFine) => {
		expect(isRef(ref)).toBe(isFine);
	});
});

it.each([
	['Mozilla/5.0 (Linux; Android 9; CUBOT X20) AppleWebKit/537.36', 'person'],
	['Mozilla/5.0 (iPhone) MicroMessenger/8.0', 'person'],
	['Mozilla/5.0 (Linux; Android 14) DingTalk/6.5 Preview/1 PreviewMode', 'person'],
	['Mozilla/5.0 (Windows NT 6.1) SkypeUriPreview Preview/0.5', 'preview'],
	['facebookexternalhit/1.1', 'preview'],
	['Slackbot-LinkExpanding 1.0', 'preview'],
])('tells people from previews: %s', (agent, visitor) => {
	expect(visitorOf('GET', { 'user-agent': agent })).toBe(visitor);
});
