import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

import { PackageDirectoryLoader } from 'n8n-core';

import { findTexts, readTranslations } from '../../scripts/edition';
import { ROOT } from '../../testbed/root';

const english = path.join(ROOT, 'dist');
const chinese = path.join(ROOT, 'editions', 'zh-CN');
const translations = readTranslations(ROOT, 'zh-CN');

const files = readdirSync(english, { recursive: true, encoding: 'utf8' }).filter((file) =>
	file.endsWith('.js'),
);
const source = (folder: string, file: string) => readFileSync(path.join(folder, file), 'utf8');
const texts = [
	...new Set(
		files.flatMap((file) => findTexts(file, source(english, file)).map(({ text }) => text)),
	),
];

async function load(folder: string) {
	const loader = new PackageDirectoryLoader(folder);
	await loader.loadAll();
	return loader;
}

it('finds labels, hints, options, actions, names and errors', () => {
	for (const text of [
		'Message Type',
		'What the message looks like to its reader',
		'OA Card',
		'Send message',
		'TZE Send Message',
		"'{field}' is empty",
		'TZE App API',
	]) {
		expect(texts).toContain(text);
	}
});

it('no text is without a translation', () => {
	expect(texts.filter((text) => !(text in translations))).toEqual([]);
});

it('no translation is of a text that is gone', () => {
	expect(Object.keys(translations).filter((text) => !texts.includes(text))).toEqual([]);
});

it('placeholders survive', () => {
	// Chinese counts without endings: 3, where English has 3rd
	const placeholders = (value: string) =>
		[...new Set(value.replaceAll('{ordinal}', '{position}').match(/\{\w+\}/g) ?? [])].sort();
	for (const [text, translation] of Object.entries(translations)) {
		expect([text, ...placeholders(translation)]).toEqual([text, ...placeholders(text)]);
	}
});

/** Labels of fields that have several words: one alone may be a word like any other. */
async function fieldLabels(): Promise<string[]> {
	const { nodeTypes, credentialTypes } = await load(ROOT);
	const labels = new Set<string>();
	JSON.stringify([nodeTypes, credentialTypes], (key, value: unknown) => {
		if (key === 'displayName' && /^(?!TZE).+ /.test(String(value))) labels.add(String(value));
		return value;
	});
	return [...labels];
}

describe('a sentence that names a field', () => {
	it("puts it in single quotes, as n8n's guidelines want it", async () => {
		const labels = await fieldLabels();
		const names = labels.map((label) => label.replaceAll(/[()]/g, '\\$&'));
		const bare = new RegExp(`\\{field\\}|\\b(?:${names.join('|')})\\b`);
		const isBare = (text: string) => bare.test(text.replaceAll(/(?<!\w)'[^']*'/g, ''));
		expect(labels.length).toBeGreaterThan(40);
		expect(texts.filter((text) => !labels.includes(text) && isBare(text))).toEqual([]);
	});

	it('puts it in quotes in Chinese, too', () => {
		const named = texts.filter((text) => text.includes("'{field}'"));
		expect(named.length).toBeGreaterThan(40);
		expect(named.filter((text) => !translations[text].includes('“{field}”'))).toEqual([]);
	});
});

it('what was not translated on purpose is little', () => {
	const same = Object.entries(translations).filter(([text, translation]) => text === translation);
	expect(same.map(([text]) => text)).toEqual(['TZE API', 'TZE App API']);
});

/** A loaded package with every text taken out. */
async function skeleton(folder: string) {
	const { types, known, packageName } = await load(folder);
	const known_texts = new Set([...Object.keys(translations), ...Object.values(translations)]);
	return JSON.parse(
		JSON.stringify({ types, known, packageName }, (key, value: unknown) =>
			key === 'communityNodePackageVersion'
				? undefined
				: typeof value === 'string' && known_texts.has(value)
					? '…'
					: value,
		),
	) as object;
}

it('both editions load and differ in texts alone', async () => {
	expect(await skeleton(chinese)).toEqual(await skeleton(ROOT));
});

it('the code of both editions differs in texts alone', () => {
	const blank = (folder: string, file: string) => {
		let code = source(folder, file);
		for (const { start, end } of findTexts(file, code).reverse())
			code = `${code.slice(0, start)}…${code.slice(end)}`;
		return code;
	};
	for (const file of files) {
		const [here, there] = [blank(english, file), blank(path.join(chinese, 'dist'), file)];
		expect([file, there]).toEqual([file, here]);
	}
});

it('the Chinese edition leads to Chinese pages, and its pictures are files', () => {
	const page = 'https://github.com/n8n-nodes-tze/n8n-nodes-tze/blob/main/docs/zh-CN/README.md';
	for (const name of ['TzeApi', 'TzeAppApi']) {
		expect(source(chinese, `dist/credentials/${name}.credentials.js`)).toContain(`"${page}"`);
	}
	const codex = files
		.filter((file) => file.endsWith('.node.js'))
		.map((file) => source(path.join(chinese, 'dist'), `${file}on`));
	expect(codex).toHaveLength(4);
	for (const text of codex) {
		expect(text.split(`"url": "${page}"`)).toHaveLength(3);
		expect(text).toContain('"教育"');
	}
	const pictures = [...source(chinese, 'README.md').matchAll(/!\[[^\]]*\]\(([^)]+)\)/g)];
	expect(pictures.length).toBeGreaterThan(2);
	for (const [, url] of pictures) {
		const [, file] = url.split('/n8n-nodes-tze/n8n-nodes-tze/raw/main/');
		expect([url, existsSync(path.join(ROOT, file ?? 'nowhere'))]).toEqual([url, true]);
	}
});

it('the Chinese edition has a version and a tag of its own', () => {
	const manifest = (folder: string) =>
		JSON.parse(source(folder, 'package.json')) as Record<string, unknown> & { version: string };
	expect(manifest(chinese)).toMatchObject({
		name: 'n8n-nodes-tze',
		version: `${manifest(ROOT).version}-zh-cn`,
		publishConfig: { tag: 'zh-cn' },
		n8n: manifest(ROOT).n8n,
	});
});
