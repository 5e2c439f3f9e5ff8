/**
 * Something went wrong that the person at the keyboard can fix: the message says what happened and what to do, so it
 * is printed without a stack.
 */
export class Trouble extends Error {
	override readonly name = 'Trouble';
}

/** What to print for an error: the sentence of a {@link Trouble}, the whole stack of anything else. */
export function explain(error: unknown): string {
	if (error instanceof Trouble) return error.message;
	if (error instanceof Error) return error.stack ?? error.message;
	return String(error);
}

/** The last lines of a program's output, indented, for the end of a sentence. */
export function lastLines(output: string, count = 15): string {
	return output
		.split(/\r?\n/)
		.filter((line) => line.trim() !== '')
		.slice(-count)
		.map((line) => `    ${line}`)
		.join('\n');
}
