import chinese from '../locales/sandbox.zh-CN.json';

/** The languages in which the sandbox speaks to people; its control calls, for programs, are English. */
export type Language = 'en' | 'zh-CN';

/** An English text that has a Chinese one in `locales/sandbox.zh-CN.json`: no other compiles. */
export type Text = keyof typeof chinese;

/** A text and what goes into its `{places}`; it gets its language where it leaves the sandbox. */
export interface Sentence {
	readonly text: Text;
	readonly values: Values;
}

/** What a place holds: a sentence, or what is the same in every language. */
export type Value = string | number | Sentence;
type Values<V = Value> = Readonly<Record<string, V>>;

type PlacesOf<T extends string> = T extends `${string}{${infer Place}}${infer Rest}`
	? Place | PlacesOf<Rest>
	: never;

/** What a text needs beside itself: a value for each of its places, and nothing when it has none. */
export type Needs<T extends Text, V> = [PlacesOf<T>] extends [never]
	? []
	: [values: Readonly<Record<PlacesOf<T>, V>>];

/** A sentence of a text and what goes into its places; its language is chosen by `word`. */
export function say<T extends Text>(text: T, ...needs: Needs<T, Value>): Sentence;
export function say(text: Text, values: Values = {}): Sentence {
	return { text, values };
}

/** A sentence in a language. */
export function word({ text, values }: Sentence, language: Language): string {
	return fill(wordingOf(text, language), (place) => {
		const value = values[place];
		return typeof value === 'object' ? word(value, language) : String(value);
	});
}

/** A text in a language, with its places open. */
export function wordingOf(text: Text, language: Language): string {
	return language === 'en' ? text : chinese[text];
}

/** A text with its places filled; what they are filled with is not searched for places. */
export function fill(wording: string, valueOf: (place: string) => string): string {
	return wording.replace(/\{(\w+)\}/g, (_whole, place: string) => valueOf(place));
}
