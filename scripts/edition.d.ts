/** A text that a user can read, where it stands in a compiled file. */
export interface FoundText {
	start: number;
	end: number;
	text: string;
}

export declare function findTexts(file: string, source: string): FoundText[];
export declare function readTranslations(root: string, language: string): Record<string, string>;
export declare function translate(
	file: string,
	source: string,
	translations: Record<string, string>,
): string;
