import chinese from '../../locales/sandbox.zh-CN.json';
import { INBOX, LOGIN } from '../../sandbox/pages/texts';
import { KINDS, REFUSALS, ROLES, RULES } from '../../sandbox/texts';
import { describePlayground, PLAYGROUND } from '../../scripts/describePlayground';
import { DESCRIPTION, describeSandbox } from '../../scripts/describeSandbox';
import { startSandbox } from '../../sandbox';
import { exampleNames, readExample } from '../../testbed/examples';
import { fullOa, seedLink, startBench, textTo, type TestBench } from './support';

const placesOf = (text: string) => [...text.matchAll(/\{\w+\}/g)].map(([place]) => place).sort();

describe('the texts', () => {
	test('in Chinese are those of the sources, and no others', () => {
		const used = [INBOX, LOGIN, REFUSALS, KINDS, RULES, ROLES, DESCRIPTION, PLAYGROUND].flatMap(
			(texts) => Object.values<string>(texts),
		);
		expect(Object.keys(chinese).sort()).toEqual([...new Set(used)].sort());
	});

	test.each(Object.entries(chinese))('%j has the same places in Chinese', (english, translated) => {
		expect(placesOf(translated)).toEqual(placesOf(english));
	});
});

describe('what is said of a playground', () => {
	const examples = exampleNames().map((name) => readExample(name).name);
	const said = async (language: 'en' | 'zh-CN', password?: string) => {
		const sandbox = await startSandbox({ language });
		const named: string[] = [];
		try {
			const text = describePlayground({
				...{ sandbox, password, editorUrl: 'http://127.0.0.1:5678', email: 'a@b.example' },
				...{ passwordFile: '/kept/here', timeZone: 'UTC', data: '/data' },
				named: (example) => {
					named.push(example);
					return `<${example}>`;
				},
			});
			return { text, named, sandbox };
		} finally {
			await sandbox.close();
		}
	};

	test.each(['en', 'zh-CN'] as const)('names examples and what to paste: %s', async (language) => {
		const { text, named, sandbox } = await said(language);
		expect(named).toHaveLength(3);
		expect(examples).toEqual(expect.arrayContaining(named));
		for (const shown of [...named.map((name) => `<${name}>`), sandbox.accessToken, '/kept/here']) {
			expect(text).toContain(shown);
		}
		expect(text.includes('What to do next')).toBe(language === 'en');
	});

	test('has the password only when it may be shown', async () => {
		expect((await said('en', 'secret-word')).text).toContain('secret-word, kept in /kept/here');
		expect((await said('zh-CN', 'secret-word')).text).toContain('secret-word，保存在 /kept/here');
		expect((await said('en')).text).toContain('in /kept/here (for you alone)');
	});
});

/** What people see of a page: its texts, and those of attributes that are shown or read aloud. */
function seenOf(page: string): string {
	const shown = page.replace(/[^]*<body[^>]*>/, '').replace(/<pre>[^]*?<\/pre>/g, '');
	const attributes = shown.matchAll(
		/ (?:title|placeholder|aria-label|data-(?:un)?reached)="([^"]*)"/g,
	);
	const title = /<title>([^<]*)/.exec(page)?.[1] ?? '';
	return [title, shown.replace(/<[^>]*>/g, ' '), ...[...attributes].map(([, text]) => text)].join(
		'\n',
	);
}

/** Names, ids and addresses, which are the same in every language. */
const SAME_EVERYWHERE =
	/(?:https?|ftp|javascript):[\x21-\x7e]*|[\w.]+\.(?:com|example)|\b(?:n8n|npm start|npm run sandbox|Execute workflow|TZE API|TZE|busiId|ID|JSON|OA|accessToken|personId|oauthCode|redirect_uri|state|Webhook|localhost|LEAVE-1|AQWER1234|[px]\d+)\b/gi;

const TARGET = 'redirect_uri=http%3A%2F%2F127.0.0.1%3A9%2Fcb';
const PAGES = [
	['the inbox', '/inbox'],
	['the inbox with pictures', '/inbox?pictures=shown'],
	['a narrowed inbox', '/inbox?recipient=x1&busiId=LEAVE-1&search=1&asks=answer'],
	['the second page', '/inbox?page=2'],
	['people at the login', `/login?${TARGET}&who=x7`],
	['the form of the login', '/login'],
	['a login to nowhere', '/login?redirect_uri=x1'],
	['a login elsewhere', '/login?redirect_uri=ftp%3A%2F%2F127.0.0.1'],
	['a login with two states', '/login?state=1&state=2'],
	['a login as nobody', `/login/as/%20?${TARGET}`],
] as const;

describe.each([
	['en', /\p{Script=Han}/u],
	['zh-CN', /[A-Za-z]{2,}/],
] as const)('a sandbox in %s', (language, other) => {
	let bench: TestBench;
	beforeAll(async () => {
		bench = await startBench({ language });
		const waiting = 'http://127.0.0.1:5678/webhook-waiting/7/1';
		const link = { ...seedLink.link, title: '1', content: '1', pcUrl: waiting };
		const people = ['x1', 'x2', 'x3', 'x4'];
		await bench.send({ msgType: 'link', link, personIds: people });
		await bench.send({ msgType: 'link', link: { ...link, picUrl: 'javascript:1' } });
		const body = {
			title: '1',
			fileCount: '1',
			imageUrl: 'data:image/gif;base64,R0lGODlhAQABAAAAACw=',
		};
		await bench.send({ ...fullOa, oa: { head: { text: '1' }, body }, personIds: ['x1'] });
		for (let n = 0; n < 100; n++) await bench.send(textTo('1', 'x1'));
	});
	afterAll(() => bench.sandbox.close());

	test.each(PAGES)('shows %s in no other language', async (_name, path) => {
		const { data } = await bench.get(path);
		expect(data).toContain(`<html lang="${language}">`);
		expect(seenOf(data).replace(SAME_EVERYWHERE, '')).not.toMatch(other);
	});
});

describe('a sandbox in Chinese', () => {
	let bench: TestBench;
	beforeAll(async () => {
		bench = await startBench({ language: 'zh-CN' });
	});
	beforeEach(() => bench.control.clear());
	afterAll(() => bench.sandbox.close());

	test('counts what it has, and what the search finds', async () => {
		const summary = async (query = '') =>
			/id="summary">([^<]*)/.exec((await bench.get(`/inbox${query}`)).data)?.[1];
		expect(await summary()).toBe('沙箱尚未收到消息');
		await bench.send(textTo('明天放假', 'P1001'));
		expect(await summary()).toBe('沙箱已收到 1 条消息');
		await bench.send(textTo('后天上课', 'P2001'));
		const search = (text: string) => summary(`?search=${encodeURIComponent(text)}`);
		expect(await search('陈美玲')).toBe('1 条消息符合筛选条件（沙箱已收到 2 条消息）');
		expect(await search('天')).toBe('2 条消息符合筛选条件（沙箱已收到 2 条消息）');
		expect(await search('春游')).toBe('没有符合筛选条件的消息（沙箱已收到 2 条消息）');
	});

	test('an empty inbox says how to send the first message', async () => {
		const page = (await bench.get('/inbox')).data;
		expect(seenOf(page).replace(SAME_EVERYWHERE, '')).not.toMatch(/[A-Za-z]{2,}/);
		expect(page).toContain('还没有消息');
	});

	test('what a place holds is escaped', async () => {
		await bench.send({ ...seedLink, link: { ...seedLink.link, picUrl: '<b>' } });
		expect((await bench.get('/inbox')).data).toContain('不是图片地址：&lt;b&gt;');
	});

	test('a value is not searched for places', async () => {
		await bench.send(textTo('1', '{count}'));
		const page = (await bench.get('/inbox?recipient=%7Bcount%7D')).data;
		expect(page).toContain('发送给 <b> {count}</b>');
	});

	test.each([
		['no type', {}, 'SBX301', '[沙箱] 缺少 msgType（或 msgtype）'],
		['a number', textTo(7 as never), 'SBX301', '[沙箱] text.content 必须是字符串，而不是数字'],
		[
			'several mistakes',
			{ msgType: 'text', text: { more: 1 } },
			'SBX301',
			'[沙箱] 缺少 text.content；text.more 不是已知字段',
		],
		[
			'no address',
			{ ...fullOa, pcUrl: '/x' },
			'SBX301',
			'[沙箱] pcUrl 必须是以 http:// 或 https:// 开头的完整地址',
		],
		['no object', [], 'SBX301', '[沙箱] 请求体 body 必须是 JSON 对象，而不是数组'],
		[
			'an empty id',
			{ ...textTo('1'), personIds: 'a,' },
			'SBX302',
			'[沙箱] personIds 必须是以逗号分隔的 ID，其中第 2 个为空',
		],
	])('refuses %s in Chinese, with the same code', async (_name, body, retCode, retDesc) => {
		expect(await bench.send(body)).toMatchObject({ retCode, retDesc });
	});

	test('refuses a token, an id of the directory and another page in Chinese', async () => {
		const { data } = await bench.call(bench.sandbox.messagePath, textTo('1'), 'wrong');
		expect(data.retDesc).toBe(
			'[沙箱] 访问令牌（accessToken）无效或已被撤销；沙箱重新启动后令牌可能已更换',
		);
		const user = await bench.get(
			`/user/openapi/user/get-user-info?user_id=P9&accessToken=${bench.sandbox.accessToken}`,
		);
		expect(user.data).toContain('[沙箱] 没有用户“P9”');
		const page = await fetch(bench.sandbox.inboxUrl, { headers: { origin: 'http://a.example' } });
		expect(await page.text()).toBe('[沙箱] 沙箱不接受其他网页的调用。\n');
	});

	test('is described with the labels of the Chinese edition', () => {
		const text = describeSandbox(bench.sandbox);
		expect(text).toMatch(/ {2}平台地址（Base URL） +http:/);
		expect(text).toMatch(/ {2}接收人格式 +列表（逗号分隔的文本也可以）\n/);
		expect(text).toContain('按 Ctrl+C 结束。');
	});
});
