import { readAnswer } from '../../nodes/TzeSendMessage/answers/answer';
import type { FormField } from '../../nodes/TzeSendMessage/answers/question';
import type { Field } from '../../platform/checks';
import { isBlank, optionalHttpUrl, optionalText, shorten } from '../../platform/checks';
import {
	parseAccessToken,
	parseAppCode,
	parseBaseUrl,
	resolveCall,
} from '../../platform/addresses';
import { readEnvelope, readForeignReason, readOauthToken } from '../../platform/envelopes';
import { linkMessage, oaMessage, textMessage } from '../../platform/messages';
import { parseRecipients } from '../../platform/recipients';
import { parseExtraBodyFields, parseRecipientField } from '../../platform/requestBody';
import { reasonInWords } from '../../credentials/words';
import { excerptOf, failureOf, toAnswer } from '../../transport/http';
import { concealer } from '../../transport/secrets';

/**
 * Texts from outside, of the worst kinds: what looks at them must come to an end at once, since n8n
 * does nothing else meanwhile.
 */

const FIELD: Field = { whose: 'parameter', path: ['text'] };
const BASE = new URL('https://api.tze.cn');
const CARD = { pcUrl: 'https://a.example', appUrl: 'https://a.example', busiId: '1' };
const NOW = () => 0;

const bodyOf = (text: string) =>
	(async function* () {
		yield new TextEncoder().encode(text);
	})();

/** Everything that looks at a text of others, or of a user. */
const READERS: Record<string, (text: string) => unknown> = {
	'an answer': (text) => readEnvelope(text),
	'the beginning of an answer': (text) => readEnvelope(text, true),
	'a text in an answer': (text) => readEnvelope(JSON.stringify({ retCode: text, n: 1e300 })),
	'a reason in an answer': (text) => readForeignReason(JSON.stringify({ message: text })),
	'the expiry of a token': (expiry) => {
		const data = { oauthToken: 'x', expiry };
		return readOauthToken({ retCode: '000000', retDesc: '', data, answer: { data } });
	},
	'a number in a form': (text) => {
		const field: FormField = { name: 'n', label: 'n', type: 'number', required: true, options: [] };
		return readAnswer({ kind: 'customForm', fields: [field] }, { 'field-0': text });
	},
	'an excerpt': excerptOf,
	'a quote': (text) => shorten(text),
	'the words of a failure': (message) => failureOf({ message, code: message }, undefined, String),
	'a reason for a person': reasonInWords,
	'a secret to hide': (text) => concealer(['secret', 'a', '<'])(text),
	'Base URL': parseBaseUrl,
	'a path': (text) => resolveCall(BASE, text, 'messagePath'),
	'an access token': parseAccessToken,
	'an app key': (text) => parseAppCode(text, 'appKey'),
	'Recipient Field': parseRecipientField,
	recipients: (text) => parseRecipients(text),
	'a list of recipients': (text) => parseRecipients([text]),
	'whether a text is blank': isBlank,
	'any text': (text) => optionalText(text, FIELD),
	'a web address': (text) => optionalHttpUrl(text, FIELD),
	'the content of a text': (content) => textMessage({ content }),
	'the fields of a link': (text) =>
		linkMessage({ ...CARD, title: text, content: text, picUrl: text, busiId: text }),
	'the fields of a card': (text) =>
		oaMessage({ ...CARD, headText: 'x', headBgColor: text, body: { imageUrl: text } }),
	'the head of a card': (text) => oaMessage({ ...CARD, headText: text, body: {} }),
	'the body of a card': (text) => oaMessage({ ...CARD, headText: 'x', bodyJson: text }),
	'Extra Body Fields': parseExtraBodyFields,
};

/** Letters that are all different, which make an address slow. */
const LETTERS = Array.from({ length: 20_000 }, (_, at) => String.fromCodePoint(0x4e00 + at)).join(
	'',
);

/** What texts are made of, one after the other. */
const UNITS = [
	...['<', '>', '<a', '<a>', '< ', '<script', '<script>', '<style', '</script', '<!--', '&lt;'],
	...[
		'/',
		'//x',
		'\\',
		'"',
		"'",
		'\\"',
		'""',
		'`',
		'“',
		' ',
		'\n',
		'\t',
		' x',
		'\u200b',
		'\u200bx',
	],
	...['{', '[', '}', '{}', '{"a":', '[1,', '1,', '"",', '1', '1.', '1e', '-', '+', '=', '%', '%41'],
	...[
		'&',
		'?',
		'#',
		'@',
		':',
		';',
		'.',
		',',
		', ',
		'。',
		'、',
		'｜',
		'a',
		'A',
		'ü',
		'😀',
		'\ud800',
	],
	...[
		'accessToken',
		'accessToken=',
		'access_token ',
		'accesstoken:"',
		' HTTP/1.',
		'POST ',
		'a.',
		'a-',
	],
	...[
		'../',
		'a/../',
		'https://',
		'bearer ',
		'啊',
		'\u0000',
		'\uFEFF',
		'（',
		'$&',
		'[object ',
		LETTERS,
	],
];

/** What stands before and behind them, so that a search comes far, and then fails. */
const FRAMES: ReadonlyArray<readonly [before: string, behind: string]> = [
	['', ''],
	['', 'x'],
	['x', '\u0000'],
	['https://', ''],
	['https://a.example/', ' x'],
	['{"retCode":"', ''],
	['"', '"'],
	['[', ']'],
];

/** Long enough that what is quadratic shows. */
const TRIED = 30_000;
/** Each length only when the one before went well: what is quadratic would not end. */
const LENGTHS = [TRIED, 100_000, 1_000_000];
/** Blocking n8n for so long would be noticed by people; most take a thousandth. */
const CEILING_MS = 1_000;
/** How many of the slowest texts are tried in all lengths. */
const WORST = 3;

/** A text of this length. */
function filled(length: number, unit: string, [before, behind]: (typeof FRAMES)[number]): string {
	return before + unit.repeat(Math.ceil(length / unit.length)).slice(0, length) + behind;
}

/** How long the processor works for this. */
function workMs(work: () => unknown): number {
	const before = process.cpuUsage();
	try {
		work();
	} catch {
		// A refusal is an end, too
	}
	const { user, system } = process.cpuUsage(before);
	return (user + system) / 1_000;
}

it.each(Object.entries(READERS))('%s comes to an end', (_name, read) => {
	const kinds = UNITS.flatMap((unit) => FRAMES.map((frame) => ({ unit, frame })));
	const worst = kinds
		.map((kind) => ({ ...kind, spent: workMs(() => read(filled(TRIED, kind.unit, kind.frame))) }))
		.sort((one, other) => other.spent - one.spent)
		.slice(0, WORST);
	for (const { unit, frame } of worst) {
		for (const length of LENGTHS) {
			const text = filled(length, unit, frame);
			// Something else may use the processor within this process: cleaning up, above all
			const tries = [1, 2, 3].values();
			let spent = CEILING_MS;
			while (spent >= CEILING_MS && tries.next().done !== true) spent = workMs(() => read(text));
			const about = `${length} of ${JSON.stringify(unit.slice(0, 20))} in ${JSON.stringify(frame)}`;
			expect({ about, ends: spent < CEILING_MS }).toEqual({ about, ends: true });
		}
	}
});

it.each(['retry-after', 'location'])('the header %s comes to an end', async (name) => {
	for (const unit of UNITS) {
		// Node takes no longer head
		const headers = { [name]: filled(16_000, unit, ['', '']) };
		const before = process.cpuUsage();
		await toAnswer({ statusCode: 302, body: bodyOf(''), headers }, BASE.href, NOW);
		const { user, system } = process.cpuUsage(before);
		expect((user + system) / 1_000).toBeLessThan(CEILING_MS);
	}
});
