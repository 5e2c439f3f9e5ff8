import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import sharp from 'sharp';

import { ROOT } from '../../testbed/root';

const READMES = [
	{ readme: 'README.md', heading: '## Your first message' },
	{ readme: 'docs/zh-CN/README.md', heading: '## 发送第一条消息' },
];

const text = (file: string) => readFileSync(path.join(ROOT, file), 'utf8');

/** The files of the pictures in a text of a README. */
const picturesIn = (readme: string, markdown = text(readme)) =>
	[...markdown.matchAll(/!\[[^\]]+\]\(([^)]+)\)/g)].map(([, file]) =>
		path.join(ROOT, path.dirname(readme), file),
	);

it('the READMEs have as many pictures as each other, and their files are there', () => {
	const [english, chinese] = READMES.map(({ readme }) => picturesIn(readme));
	expect(english.length).toBeGreaterThan(2);
	expect(chinese).toHaveLength(english.length);
	expect([...english, ...chinese].filter((file) => !existsSync(file))).toEqual([]);
});

it.each(READMES)(
	'$readme shows the first message as it is made, in 15 to 25 seconds and less than 1.5 MB',
	async ({ readme, heading }) => {
		const [, section] = text(readme).split(heading);
		const [file] = picturesIn(readme, section);
		const bytes = readFileSync(file);
		expect(bytes.length).toBeLessThan(1_500_000);
		const { format, pages, delay = [] } = await sharp(bytes).metadata();
		expect(format).toBe('gif');
		expect(pages).toBeGreaterThan(10);
		const seconds = delay.reduce((sum, ms) => sum + ms, 0) / 1000;
		expect(seconds).toBeGreaterThan(15);
		expect(seconds).toBeLessThan(25);
	},
);
