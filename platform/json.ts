import { randomUUID } from 'node:crypto';

/** What JSON can hold. */
export type JsonValue = string | number | boolean | null | JsonValue[] | JsonObject;
export interface JsonObject {
	[key: string]: JsonValue;
}

/** A whole number as JSON writes it, of more digits than a JavaScript number holds: an ID, most likely. */
export class LongNumber {
	constructor(readonly digits: string) {}

	/** As a text, where it is not written by {@link writeJson}. */
	toJSON(): string {
		return this.digits;
	}
}

/** What is sent as JSON. */
export type Sendable = JsonValue | LongNumber | Sendable[] | { [key: string]: Sendable };
export type SendableObject = Readonly<Record<string, Sendable>>;

/** Nobody nests data deeper; what does is more than n8n, and JavaScript itself, can write down. */
export const MAX_DEPTH = 100;

/** True when lists and objects are nested deeper than {@link MAX_DEPTH}, or without end. */
export function isTooDeep(value: unknown): boolean {
	let level = [value].filter(isNested);
	for (let depth = 1; level.length > 0; depth++) {
		if (depth > MAX_DEPTH) return true;
		// What stands there twice is looked at once
		const inner = new Set<object>();
		for (const part of level) {
			for (const entry of Object.values(part) as unknown[]) if (isNested(entry)) inner.add(entry);
		}
		level = [...inner];
	}
	return false;
}

/** A date writes itself. */
function isNested(value: unknown): value is object {
	return Array.isArray(value) || (isRecord(value) && typeof value.toJSON !== 'function');
}

/** Names that JavaScript takes for an object's own workings: programs lose a field of such a name, or worse. */
const UNSAFE_NAMES: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype']);

/** Whether a field of this name may be lost on its way. */
export function isUnsafeName(name: string): boolean {
	return UNSAFE_NAMES.has(name);
}

/** True for an object that is neither a list nor null. */
export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * The value a JSON text stands for, or `undefined` when it is none. Whole numbers that JavaScript
 * would round become texts of their digits.
 */
export function parseJson(text: string): JsonValue | undefined {
	return parse(text, JSON.stringify) as JsonValue | undefined;
}

/** As {@link parseJson}, but such numbers stay numbers: {@link writeJson} writes them as they were. */
export function parseSendable(text: string): Sendable | undefined {
	const mark = `${randomUUID()}:`;
	return parse(
		text,
		(digits) => JSON.stringify(mark + digits),
		(_key, value: unknown) =>
			typeof value === 'string' && value.startsWith(mark)
				? new LongNumber(value.slice(mark.length))
				: value,
	) as Sendable | undefined;
}

/** The numbers of a JSON text, and where its texts begin and end, so that none is found within them. */
const QUOTE_OR_NUMBER = /\\.|"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/gs;

function parse(
	text: string,
	replaceLong: (digits: string) => string,
	revive?: (key: string, value: unknown) => unknown,
): unknown {
	try {
		const value: unknown = JSON.parse(text);
		if (!/\d{16}|\d[eE]/.test(text)) return value;
		const isLong = (token: string) =>
			/^-?\d+$/.test(token) ? !Number.isSafeInteger(Number(token)) : !isFinite(Number(token));
		let isText = false;
		const exact = text.replace(QUOTE_OR_NUMBER, (token) => {
			if (token === '"') isText = !isText;
			return isText || !/\d/.test(token) || !isLong(token) ? token : replaceLong(token);
		});
		return exact === text ? value : JSON.parse(exact, revive);
	} catch {
		return undefined;
	}
}

/** JSON text of a value; what JSON cannot carry (`undefined`, functions) is left out, as usual. */
export function writeJson(value: Sendable): string {
	if (value instanceof LongNumber) return value.digits;
	if (Array.isArray(value)) return `[${value.map(writeJson).join(',')}]`;
	if (!isRecord(value)) return JSON.stringify(value);
	const entries = Object.entries(value as SendableObject)
		.filter(([, entry]) => entry !== undefined)
		.map(([key, entry]) => `${JSON.stringify(key)}:${writeJson(entry)}`);
	return `{${entries.join(',')}}`;
}
