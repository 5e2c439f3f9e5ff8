import { fullOa, seedLink, startBench, textTo, type TestBench } from './support';

let bench: TestBench;
beforeAll(async () => {
	bench = await startBench();
});
beforeEach(() => bench.control.clear());
afterAll(() => bench.sandbox.close());

const inbox = async (query = '') => (await bench.get(`/inbox${query}`)).data;
const countOf = (page: string, text: string) => page.split(text).length - 1;
const messagesIn = (page: string) => countOf(page, 'data-test-id="inbox-message"');

describe('inbox', () => {
	test('an empty one says how to send the first message', async () => {
		const page = await inbox();
		expect(page).toContain('No messages yet');
		expect(page).toContain('/sandbox/message/send');
		expect(messagesIn(page)).toBe(0);
	});

	test('shows each type in its own form', async () => {
		await bench.send(textTo('line 1\nline 2'));
		await bench.send(seedLink);
		await bench.send(fullOa);
		const page = await inbox('?pictures=shown');
		expect(page).toContain('data-test-id="inbox-text">line 1\nline 2</div>');
		expect(page).toMatch(/data-test-id="inbox-link">\s*<figure><img src="http:\/\/xxx\.yyy\.com/);
		expect(page).toContain('<dt>Kind</dt><dd>Sick leave</dd>');
		expect(page).toContain('3 files');
		expect(page.indexOf('inbox-oa')).toBeLessThan(page.indexOf('inbox-text')); // newest first
	});

	test('escapes what a message says, everywhere', async () => {
		const evil = `<script>alert(1)</script>"'><img src=x onerror=alert(1)>`;
		await bench.send(textTo(evil, evil));
		await bench.send({ ...seedLink, link: { ...seedLink.link, title: evil, busiId: evil } });
		const body = { title: evil, content: evil, author: evil, form: [{ key: evil, value: evil }] };
		await bench.send({ ...fullOa, oa: { head: { text: evil }, body } });
		const page = await inbox();
		expect(messagesIn(page)).toBe(3);
		expect(page).toContain('&lt;script&gt;alert(1)&lt;/script&gt;');
		expect(page).not.toContain('<script>alert');
		expect(page).not.toContain('<img src=x');
		expect(page).not.toContain(`"'>`);
	});

	test('a link without a picture shows none', async () => {
		await bench.send({ ...seedLink, link: { ...seedLink.link, picUrl: '' } });
		const page = await inbox();
		expect(messagesIn(page)).toBe(1);
		expect(page).not.toContain('<img');
		expect(page).not.toContain('<figure');
	});

	test('a picture that is neither http(s) nor data: is not loaded', async () => {
		await bench.send({ ...seedLink, link: { ...seedLink.link, picUrl: 'javascript:alert(1)' } });
		const page = await inbox();
		expect(page).not.toContain('<img');
		expect(page).toContain('Not a picture&#39;s address: javascript:alert(1)');
	});

	test('pictures of other hosts are loaded only when somebody asks for it', async () => {
		await bench.send(seedLink);
		await bench.send(fullOa);
		const { headers, data } = await bench.get('/inbox');
		expect(data).not.toContain('<img');
		expect(headers['content-security-policy']).toContain("img-src 'self' data:;");
		const [, link = ''] = /href="([^"]+)" data-test-id="inbox-pictures"/.exec(data) ?? [];
		const shown = await bench.get(link.replaceAll('&amp;', '&'));
		expect(countOf(shown.data, '<img src="http')).toBe(2);
		expect(shown.data).toContain('Pictures are loaded from the addresses in the messages');
		expect(shown.headers['content-security-policy']).toContain(
			"img-src 'self' data: http: https:;",
		);
	});

	test('a picture that is in the message is shown', async () => {
		const picUrl = 'data:image/gif;base64,R0lGODlhAQABAAAAACw=';
		await bench.send({ ...seedLink, link: { ...seedLink.link, picUrl } });
		expect(await inbox()).toContain(`<img src="${picUrl}"`);
	});

	test('an oa head has its color, with text that can be read on it', async () => {
		await bench.send({ ...fullOa, oa: { head: { text: 'a', bgColor: '80FFFFFF' } } });
		await bench.send({ ...fullOa, oa: { head: { text: 'b' } } });
		const page = await inbox();
		expect(page).toContain('.head-80ffffff{background:linear-gradient(rgba(255, 255, 255, 0.502)');
		expect(page).toMatch(/\.head-80ffffff\{[^}]*color:#1c2230\}/);
		expect(page).toMatch(/\.head-default\{background:linear-gradient\(rgba\(204, 0, 0, 1\.000\)/);
		expect(page).toMatch(/\.head-default\{[^}]*color:#fff\}/);
	});

	test('marks a busiId that came more than once', async () => {
		await bench.send(seedLink);
		await bench.send(seedLink);
		await bench.send(fullOa);
		expect(countOf(await inbox(), 'sent 2 times')).toBe(2);
	});

	describe('messages that ask for an answer', () => {
		const waiting = 'http://127.0.0.1:5678/webhook-waiting/7/abc?recipient=P1001&signature=0123';
		const question = { ...seedLink.link, pcUrl: waiting, appUrl: waiting };

		test('are marked, and their buttons open the answer page', async () => {
			await bench.send({ msgType: 'link', link: question });
			await bench.send({ ...fullOa, pcUrl: waiting, appUrl: waiting });
			const page = await inbox();
			expect(countOf(page, 'data-test-id="inbox-asks"')).toBe(2);
			const button = `<a href="${waiting.replace('&', '&amp;')}" target="_blank" rel="noopener noreferrer"`;
			expect(countOf(page, button)).toBe(4);
		});

		test.each([
			['a name in the query', 'https://a.example/?next=/webhook-waiting/7'],
			['the address of a trigger', 'http://127.0.0.1:5678/webhook/tze-login'],
			['no execution', 'http://127.0.0.1:5678/webhook-waiting/'],
		])('are no others: %s', async (_name, pcUrl) => {
			await bench.send({ msgType: 'link', link: { ...question, pcUrl, appUrl: pcUrl } });
			await bench.send(textTo(waiting));
			expect(await inbox()).not.toContain('data-test-id="inbox-asks"');
		});

		test('can be looked at alone', async () => {
			await bench.send({ msgType: 'link', link: question });
			await bench.send(fullOa);
			const page = await inbox('?asks=answer');
			expect(messagesIn(page)).toBe(1);
			expect(page).toContain('that ask for an answer');
			expect(page).toContain('/inbox?type=link&amp;asks=answer');
			expect(messagesIn(await inbox('?asks=answer&type=oa'))).toBe(0);
		});
	});

	test('can be narrowed to a recipient', async () => {
		await bench.send(textTo('for one', 'P1001'));
		await bench.send(textTo('for another', 'P1002'));
		const page = await inbox('?recipient=P1002');
		expect(messagesIn(page)).toBe(1);
		expect(page).toContain('for another');
	});

	test('can be narrowed to a type', async () => {
		await bench.send(textTo('a'));
		await bench.send(seedLink);
		const page = await inbox('?type=link');
		expect(messagesIn(page)).toBe(1);
		expect(page).toContain('data-test-id="inbox-link"');
	});

	test('shows the latest 100 of many, and the others on the next page', async () => {
		await Promise.all(Array.from({ length: 130 }, () => bench.send(textTo('a'))));
		const page = await inbox();
		expect(messagesIn(page)).toBe(100);
		expect(page).toContain('1–100 of 130');
		expect(messagesIn(await inbox('?page=2'))).toBe(30);
	});

	test('answers 304 until something has changed', async () => {
		const { headers } = await bench.get('/inbox');
		const again = async () =>
			(await fetch(bench.sandbox.inboxUrl, { headers: { 'if-none-match': String(headers.etag) } }))
				.status;
		expect(await again()).toBe(304);
		await bench.send(textTo('a'));
		expect(await again()).toBe(200);
	});

	test('refreshes itself without styles and scripts', async () => {
		await bench.send(textTo('a'));
		const answer = await fetch(bench.sandbox.inboxUrl, { headers: { 'x-refresh': '1' } });
		const body = await answer.text();
		expect(messagesIn(body)).toBe(1);
		expect(body).not.toMatch(/<(?:style|script)/);
	});

	test('may run its own script only', async () => {
		const { headers, data } = await bench.get('/inbox');
		const policy = String(headers['content-security-policy']);
		const nonce = /script-src 'nonce-([^']+)'/.exec(policy)?.[1];
		expect(policy).toContain("default-src 'none'");
		expect(policy).not.toContain('unsafe');
		expect(data.match(/<script[^]*?<\/script>/g)).toEqual([
			`<script nonce="${nonce}" src="/_sandbox/assets/inbox.js"></script>`,
		]);
		expect(data).not.toMatch(/ (?:style|on\w+)=/);
	});

	test('says what fits a filter, and what was delivered in all', async () => {
		expect(await inbox()).toContain('>No message delivered to the sandbox<');
		await bench.send(textTo('for one', 'P1001'));
		await bench.send(textTo('for another', 'P1002'));
		expect(await inbox()).toContain('>2 messages delivered to the sandbox<');
		const of2 = 'the filter, of 2 messages delivered to the sandbox<';
		expect(await inbox('?recipient=P1002')).toContain(`>1 fits ${of2}`);
		expect(await inbox('?type=text')).toContain(`>2 fit ${of2}`);
		expect(await inbox('?type=oa')).toContain(`>None fits ${of2}`);
	});

	describe('the search', () => {
		beforeEach(async () => {
			await bench.send(textTo('Menu of today: 面条 (100%)', 'P1001'));
			await bench.send({ ...seedLink, personIds: ['x-7f', 'P2001'] });
			await bench.send({ ...fullOa, personIds: ['P3001'] });
		});

		test.each([
			['an id, in another case', 'p1001', 'inbox-text'],
			['a part of an id', 'X-7', 'inbox-link'],
			['a name', '陈美玲', 'inbox-link'],
			['a part of a name', '小雨', 'inbox-oa'],
			['a busiId', 'leave-', 'inbox-oa'],
			['the text', 'menu', 'inbox-text'],
			['a title', '百度', 'inbox-link'],
			['a row', 'sick LEAVE', 'inbox-oa'],
			['signs of a pattern', '面条 (100%)', 'inbox-text'],
			['blanks around it', '  menu ', 'inbox-text'],
		])('finds %s', async (_name, search, found) => {
			const page = await inbox(`?${new URLSearchParams({ search }).toString()}`);
			expect(messagesIn(page)).toBe(1);
			expect(page).toContain(`data-test-id="${found}"`);
		});

		test('says what it is for, and finds nothing else', async () => {
			const page = await inbox('?search=%3Cb%3E');
			expect(messagesIn(page)).toBe(0);
			expect(page).toContain('with “<b>&lt;b&gt;</b>”');
			expect(page).toContain('name="search" value="&lt;b&gt;"');
		});

		test('keeps what the page is narrowed to already', async () => {
			const page = await inbox('?search=P&type=link&recipient=P2001');
			expect(page).toContain('<input type="hidden" name="type" value="link">');
			expect(page).toContain('<input type="hidden" name="recipient" value="P2001">');
			expect(page).toContain('href="/inbox?recipient=P2001&amp;search=P"');
		});
	});
});

describe('login', () => {
	const choose = async (redirectUri: string, state?: string) => {
		const query = new URLSearchParams({ redirect_uri: redirectUri, ...(state && { state }) });
		const page = (await bench.get(`/login?${query.toString()}`)).data;
		const link = /href="(\/login\/as\/P1001[^"]*)"/.exec(page)?.[1] ?? 'no link';
		return bench.get(link.replaceAll('&amp;', '&'));
	};

	test('sends the chosen person on with personId and a code that works', async () => {
		const { status, headers } = await choose('http://localhost:5678/webhook/tze-login');
		expect(status).toBe(302);
		const target = new URL(String(headers.location));
		expect(target.origin + target.pathname).toBe('http://localhost:5678/webhook/tze-login');
		expect([...target.searchParams.keys()]).toEqual(['personId', 'oauthCode']);
		expect(target.searchParams.get('personId')).toBe('P1001');
		const oauthCode = target.searchParams.get('oauthCode');
		expect((await bench.call('/oauth/getOauthToken', { oauthCode })).data.retCode).toBe('000000');
	});

	test('keeps the query that is there, and hands state back', async () => {
		const { headers } = await choose('http://127.0.0.1:9/cb?next=%2Fa%20b&x=1#part', 'a&b=c');
		expect(headers.location).toMatch(
			/^http:\/\/127\.0\.0\.1:9\/cb\?next=%2Fa%20b&x=1&personId=P1001&oauthCode=[0-9a-f]{32}&state=a%26b%3Dc#part$/,
		);
	});

	test('hands back a state that means harm as it came, and shows nothing of it as HTML', async () => {
		const evil = `"><script>alert(1)</script>&personId=P9`;
		const query = new URLSearchParams({ state: evil }).toString();
		expect((await bench.get(`/login?${query}`)).data).not.toContain('<script>');
		const { headers } = await choose('http://127.0.0.1:9/cb', evil);
		const { searchParams } = new URL(String(headers.location));
		expect(searchParams.getAll('state')).toEqual([evil]);
		expect(searchParams.getAll('personId')).toEqual(['P1001']);
	});

	test('asks for the address when there is none', async () => {
		const { status, data } = await bench.get('/login');
		expect(status).toBe(200);
		expect(data).toContain('name="redirect_uri"');
		expect(data).not.toContain('login-person');
	});

	test.each([
		['another computer', 'https://evil.example/cb', 'must be on this computer'],
		['a name that only looks like loopback', 'http://127.0.0.1.evil.example/', 'on this computer'],
		['a relative address', '/webhook/login', 'must be an absolute address'],
		['a script', 'javascript:alert(1)', 'must begin with http:// or https://'],
		['an endless address', `http://127.0.0.1/${'a'.repeat(4_000)}`, 'at most 4000 characters'],
	])('refuses %s', async (_name, redirectUri, sentence) => {
		const query = new URLSearchParams({ redirect_uri: redirectUri }).toString();
		for (const path of [`/login?${query}`, `/login/as/P1001?${query}`]) {
			const { status, headers, data } = await bench.get(path);
			expect(status).toBe(400);
			expect(headers.location).toBeUndefined();
			expect(data).toContain(sentence);
		}
	});

	test.each([
		['an endless state', `state=${'a'.repeat(1_001)}`, 'at most 1000 characters'],
		['two states', 'state=a&state=b', 'state is there more than once'],
		['two addresses', 'redirect_uri=http://127.0.0.1:8', 'redirect_uri is there more than once'],
	])('refuses %s', async (_name, more, sentence) => {
		for (const path of ['/login', '/login/as/P1001']) {
			const { status, data } = await bench.get(
				`${path}?redirect_uri=http%3A%2F%2F127.0.0.1%3A9%2Fcb&${more}`,
			);
			expect([status, data]).toEqual([400, expect.stringContaining(sentence)]);
		}
	});

	describe('somebody else', () => {
		const personsFor = async (who: string) => {
			const query = new URLSearchParams({ redirect_uri: 'http://127.0.0.1:9/cb', state: 's', who });
			const { data } = await bench.get(`/login?${query.toString()}`);
			return [...data.matchAll(/href="(\/login\/as\/[^"]*)"/g)].map(([, link]) =>
				link.replaceAll('&amp;', '&'),
			);
		};
		const idIn = (link: string) => /as\/([^?]*)/.exec(link)?.[1];

		test.each([
			['an ID', 'P3100', ['P3100']],
			['a name', '陈小雨', ['P3001']],
			['an ID of nobody', 'my own/id', ['my%20own%2Fid']],
		])('is found by %s', async (_name, who, ids) => {
			expect((await personsFor(who)).map(idIn)).toEqual(ids);
		});

		test('with a part of a name are a few, and not the whole town', async () => {
			const found = await personsFor('陈');
			expect(found.length).toBe(9);
		});

		test('may have any ID', async () => {
			const [link] = await personsFor('my own/id');
			const { status, headers } = await bench.get(link);
			expect(status).toBe(302);
			const { searchParams } = new URL(String(headers.location));
			expect([searchParams.get('personId'), searchParams.get('state')]).toEqual(['my own/id', 's']);
		});

		test('may not have an ID without an end', async () => {
			const { status, data } = await bench.get(
				`/login/as/${'a'.repeat(201)}?redirect_uri=http%3A%2F%2F127.0.0.1%3A9%2Fcb`,
			);
			expect([status, data]).toEqual([400, expect.stringContaining('1 to 200 characters')]);
		});
	});

	test('goes nowhere when no address was given', async () => {
		const { status, headers } = await bench.get('/login/as/P1001?state=a');
		expect([status, headers.location]).toEqual([400, undefined]);
	});

	test('says that it is its own page', async () => {
		expect((await bench.get('/login')).data).toContain('own page, and its persons are invented');
	});
});

describe('the files of the pages', () => {
	const typeByEnding: Record<string, string> = {
		css: 'text/css; charset=utf-8',
		js: 'text/javascript; charset=utf-8',
		svg: 'image/svg+xml',
	};

	test.each(['/inbox', '/login'])('%s finds all that it asks for', async (path) => {
		const { data } = await bench.get(path);
		const urls = [...data.matchAll(/(?:href|src)="(\/_sandbox\/[^"]+)"/g)].map(([, url]) => url);
		expect(urls.length).toBeGreaterThan(2);
		for (const url of urls) {
			const { status, headers } = await bench.get(url);
			expect([url, status]).toEqual([url, 200]);
			expect(headers['content-type']).toBe(typeByEnding[url.split('.')[1]]);
			expect(headers['x-content-type-options']).toBe('nosniff');
		}
	});

	test('nothing else of the folder is served', async () => {
		for (const name of ['tsconfig.json', '..%2finbox.ts', '']) {
			expect((await bench.get(`/_sandbox/assets/${name}`)).status).toBe(404);
		}
	});

	test('are no calls of the platform', async () => {
		await bench.get('/_sandbox/assets/nothing');
		await bench.get('/inbox/nothing');
		await bench.get('/login/nothing');
		expect((await bench.control.stats()).requests).toBe(0);
	});
});
