import { readFileSync } from 'node:fs';
import path from 'node:path';

import { ROOT } from '../../testbed/root';

const read = (file: string) => readFileSync(path.join(ROOT, file), 'utf8');

/** Words that stand for something that has another word already, and that word. */
const GLOSSARY: Array<[wrong: RegExp, right: string]> = [
	[/凭证/, '凭据 (credential), 访问令牌 (access token)'],
	[/信封/, '响应格式 A / B'],
	[/应答/, '响应'],
	[/续期|签发/, '重新获取, 发放: nothing is prolonged'],
	[/开关/, '参数, 设置'],
	[/被杀/, '被强制终止'],
	[/写给接手/, '面向维护者'],
	[/臆造/, '凭空假设'],
	[/例如 /, '例如：'],
	[/TZE 应用 API/, 'TZE App API'],
	[/代码 ?\{|以代码|（代码/, '返回码'],
	[/从错误输出离开/, '走错误输出分支'],
	[/本次没有调用|本次调用没有进行/, '未发起调用。/ 本次调用已取消。'],
];

const FILES = [
	'locales/zh-CN.json',
	'locales/pages.zh-CN.json',
	'locales/sandbox.zh-CN.json',
	'locales/workflows.zh-CN.json',
	'docs/zh-CN/README.md',
	'docs/zh-CN/platform.md',
	'docs/zh-CN/architecture.md',
];

it.each(FILES)('%s has one word for one thing', (file) => {
	const text = read(file);
	const wrong = GLOSSARY.filter(([word]) => word.test(text)).map(
		([word, right]) => `${String(word)}: ${right}`,
	);
	expect(wrong).toEqual([]);
});

it.each(GLOSSARY)('%s would be noticed', (wrong) => {
	const samples =
		'凭证 信封 应答 续期 签发 开关 被杀 写给接手的人 臆造 例如 1 TZE 应用 API （代码 {code}） 从错误输出离开 本次没有调用。';
	expect(samples).toMatch(wrong);
});

describe('docs/zh-CN/README.md beside README.md', () => {
	const [english, chinese] = ['README.md', 'docs/zh-CN/README.md'].map(read);

	it.each([
		['tables', /^\| --- /gm],
		['blocks of code', /^ *```\w/gm],
		['pictures', /^!\[/gm],
		['headings of the second level', /^## /gm],
		['headings of the third level', /^### /gm],
		['example workflows', /^\| `[\w-]+\.json`/gm],
	])('has as many %s', (_what, pattern) => {
		const count = (text: string) => [...text.matchAll(pattern)].length;
		expect(count(chinese)).toBe(count(english));
	});

	it('has the same blocks of JSON', () => {
		const blocks = (text: string) =>
			[...text.matchAll(/```json\n([\s\S]*?)```/g)].map(([, block]) => namesIn(block));
		expect(blocks(chinese)).toEqual(blocks(english));
	});
});

/** The names in a block of JSON, which may hold an ellipsis. */
function namesIn(block: string): string[] {
	return [...new Set([...block.matchAll(/"(\w+)":/g)].map(([, name]) => name))];
}
