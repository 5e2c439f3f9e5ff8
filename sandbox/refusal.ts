import type { Answer } from './http';
import { say, word, type Language, type Sentence } from './language';
import { REFUSALS } from './texts';

/** Why the sandbox does not do what it was asked for, and the answer that says so. */
export class Refusal {
	constructor(
		private readonly problem: Sentence,
		private readonly answer: (text: string) => Answer,
	) {}

	/** The answer, in the language that the sandbox was started with. */
	in(language: Language): Answer {
		return this.answer(ownWords(this.problem, language));
	}
}

/** A problem as the sandbox tells it: nobody takes it for one of a platform. */
export function ownWords(problem: Sentence, language: Language): string {
	return word(say(REFUSALS.own, { problem }), language);
}
