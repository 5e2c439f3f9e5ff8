import { EDITION } from './texts';

/** The languages of the pages: each edition has both, since the reader is not who chose the edition. */
export type Language = 'en' | 'zh-CN';

/** The texts of a page, in each language: one that is missing does not compile. */
export type Texts<Name extends string> = Readonly<Record<Language, Readonly<Record<Name, string>>>>;

/** No browser's list is longer; what is behind is not looked at. */
const MAX_HEADER_LENGTH = 1000;

/**
 * The language of a page: the first of ours that the browser names (RFC 9110, 12.5.4), English when it
 * names others alone, and that of the edition when it names none.
 *
 * @param acceptLanguage the header, as it came.
 */
export function languageOf(acceptLanguage: unknown): Language {
	const header = typeof acceptLanguage === 'string' ? acceptLanguage : '';
	let best: { language: Language; weight: number } | undefined;
	let hasOthers = false;
	for (const entry of header.slice(0, MAX_HEADER_LENGTH).split(',')) {
		const [range, ...parameters] = entry.split(';').map((part) => part.trim().toLowerCase());
		const weight = weightOf(parameters);
		if (range === '' || range === '*' || weight === 0) continue;
		const language = OURS.get(range.split('-', 1)[0]);
		if (language === undefined) hasOthers = true;
		else if (best === undefined || weight > best.weight) best = { language, weight };
	}
	return best?.language ?? (hasOthers ? 'en' : ofEdition());
}

const OURS: ReadonlyMap<string, Language> = new Map([
	['en', 'en'],
	['zh', 'zh-CN'],
]);

function weightOf(parameters: readonly string[]): number {
	const weight = parameters.find((parameter) => parameter.startsWith('q='))?.slice(2);
	if (weight === undefined) return 1;
	return /^(?:0(?:\.\d{1,3})?|1(?:\.0{1,3})?)$/.test(weight) ? Number(weight) : 0;
}

function ofEdition(): Language {
	const language: string = EDITION.language;
	return language === 'zh-CN' ? 'zh-CN' : 'en';
}
