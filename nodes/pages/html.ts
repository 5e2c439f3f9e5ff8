/** What a template takes: everything but {@link Html} is text, and is escaped. */
export type Value = Html | string | number | undefined | false | readonly Value[];

/**
 * HTML that is safe to send. Only the {@link html} tag makes it, from text that is written in a source
 * file, so that nobody's own text can be taken for it.
 */
export class Html {
	private constructor(private readonly markup: string) {}

	static of(parts: TemplateStringsArray, values: readonly Value[]): Html {
		let markup = parts[0];
		for (const [index, value] of values.entries()) markup += render(value) + parts[index + 1];
		return new Html(markup);
	}

	toString(): string {
		return this.markup;
	}
}

/**
 * A template of HTML whose values are escaped, unless they are {@link Html} themselves; lists are joined,
 * `undefined` and `false` are left out. Attributes stand in quotes, always: a value is safe in no other
 * place of a tag.
 */
export function html(parts: TemplateStringsArray, ...values: Value[]): Html {
	return Html.of(parts, values);
}

function render(value: Value): string {
	if (value === undefined || value === false) return '';
	if (value instanceof Html) return value.toString();
	if (Array.isArray(value)) return value.map(render).join('');
	return escape(String(value));
}

const ENTITIES: Readonly<Record<string, string>> = {
	'&': '&amp;',
	'<': '&lt;',
	'>': '&gt;',
	'"': '&quot;',
	"'": '&#39;',
	'`': '&#96;',
	// No HTML may hold it
	'\0': '\uFFFD',
};

function escape(text: string): string {
	return text.replace(/[&<>"'`\0]/g, (character) => ENTITIES[character]);
}
