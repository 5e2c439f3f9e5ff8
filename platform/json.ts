/** What JSON can hold. */
export type JsonValue = string | number | boolean | null | JsonValue[] | JsonObject;
export interface JsonObject {
	[key: string]: JsonValue;
}

/** True for an object that is neither a list nor null. */
export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The value a JSON text stands for, or `undefined` when it is none. */
export function parseJson(text: string): JsonValue | undefined {
	try {
		return JSON.parse(text) as JsonValue;
	} catch {
		return undefined;
	}
}

/** An object as JSON would carry it; what JSON cannot carry (`undefined`, functions) is dropped. */
export function toJsonObject(value: object): JsonObject {
	return Object.fromEntries(
		Object.entries(value).filter(
			(entry): entry is [string, JsonValue] =>
				entry[1] !== undefined && typeof entry[1] !== 'function',
		),
	);
}
