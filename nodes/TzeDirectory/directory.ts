import type { IDataObject } from 'n8n-workflow';

import { DIRECTORY_PATHS, resolveCall } from '../../platform/addresses';
import { InvalidFieldError, parameter, shorten } from '../../platform/checks';
import {
	BadEntryError,
	entriesIn,
	entryIn,
	hasNoChildren,
	idOfEntry,
	isAssociated,
	MAX_PAGE_SIZE,
	readEntry,
	type EntryKind,
} from '../../platform/directory';
import type { Envelope } from '../../platform/envelopes';
import { isRecord, type JsonValue } from '../../platform/json';
import { MAX_REASON_LENGTH, PlatformError } from '../../transport/errors';
import type { Turn } from '../../transport/pace';
import type { CallPolicy } from '../../transport/repeat';
import type { Connection } from '../run/connection';
import { TreeWalk, type Below } from './treeWalk';

/** The calls only read: they may be made again, whatever became of them. */
const POLICY: CallPolicy = {
	onlyReads: true,
	busyDidNothing: true,
	maxReplacements: 2,
	mayReplaceFreshToken: true,
};

/** A page of 500 people may hold 16 KB of each (D). */
const MAX_ANSWER_BYTES = 8 * 1024 * 1024;

/** What the calls that bring a list ask beside the organization, by the platform's names. */
export type Query = Readonly<Record<string, string>>;

/** An entry of the directory. */
export interface Found {
	/** The id that it is known by; `undefined` for an odd one that is shown as it came. */
	id: string | undefined;
	/** What the output shows of it. */
	output: IDataObject;
}

/** How often the platform may be asked, and how long it has for an answer. */
export interface Bounds {
	timeoutMs: number;
	maxRetries: number;
	/** Of one item. */
	maxCalls: number;
}

/** What an output shows of an entry: what people need, or the entry as it came. */
export type Show = (entry: JsonValue, kind: EntryKind, where: string) => IDataObject;

export const simplified: Show = (entry, kind, where) => readEntry(entry, kind, where);

/**
 * Whatever stands there. An item of n8n is an object, and one with an `error` would be taken for a failed
 * one (n8n.md, trap 3).
 */
export const asItCame: Show = (entry) =>
	(isRecord(entry) && !Object.hasOwn(entry, 'error') ? { ...entry } : { entry }) as IDataObject;

/** The platform's directory, as far as one item asks for it. */
export class Directory {
	/** How many calls were made so far. */
	calls = 0;

	/** @param turn that of the item; without one, each call is a run of its own. */
	constructor(
		private readonly connection: Connection,
		private readonly bounds: Bounds,
		private readonly turn?: Turn,
	) {}

	async user(userId: string, show: Show): Promise<IDataObject> {
		const query = { user_id: userId };
		return await this.ask(DIRECTORY_PATHS.user, query, userId, (envelope) =>
			show(entryIn(envelope, 'person', userId), 'person', 'result'),
		);
	}

	async organization(orgId: string, show: Show): Promise<IDataObject> {
		const query = { org_id: orgId };
		return await this.ask(DIRECTORY_PATHS.organization, query, orgId, (envelope) =>
			show(entryIn(envelope, 'organization', orgId), 'organization', 'result'),
		);
	}

	/** The next level below an organization, of the tree that institutions and schools form. */
	async children(orgId: string, query: Query, show: Show): Promise<Found[]> {
		const { found } = await this.list('children', 'organization', orgId, query, show);
		return found;
	}

	/** The departments of an organization. */
	async departments(orgId: string, query: Query, show: Show): Promise<Found[]> {
		const { found } = await this.list('departments', 'organization', orgId, query, show);
		return found;
	}

	/** A page of the people of an organization itself, counted from 1, and whether it is the last by its length. */
	async membersPage(
		orgId: string,
		query: Query,
		{ page, size }: { page: number; size: number },
		show: Show,
	): Promise<{ found: Found[]; total: number | undefined; isShort: boolean }> {
		const paged = { ...query, page: String(page), page_size: String(size) };
		const { found, total } = await this.list('members', 'person', orgId, paged, show);
		return { found, total, isShort: found.length < size };
	}

	/** The people of an organization itself, each once, page by page. */
	async *members(
		orgId: string,
		query: Query,
		show: Show,
		size = MAX_PAGE_SIZE,
	): AsyncGenerator<Found> {
		const seen = new Set<string>();
		for (let page = 1; ; page++) {
			const {
				found,
				total = 0,
				isShort,
			} = await this.membersPage(orgId, query, { page, size }, show);
			let fresh = 0;
			for (const person of found) {
				const key = keyOf(person);
				if (seen.has(key)) continue;
				seen.add(key);
				fresh++;
				yield person;
			}
			// A platform that knows of more has pages shorter than those that were asked for
			if (fresh === 0 || (isShort && seen.size >= total)) return;
		}
	}

	/** The people of an organization and of everything below it, level by level, each once. */
	async *membersBelow(orgId: string, query: Query, show: Show): AsyncGenerator<Found> {
		const seen = new Set<string>();
		const walk = new TreeWalk(orgId);
		for (let at = walk.current; at !== undefined; at = walk.current) {
			for await (const person of this.members(at, query, show)) {
				const key = keyOf(person);
				if (seen.has(key)) continue;
				seen.add(key);
				yield person;
			}
			await walk.advance(async (id) => await this.below(id));
		}
	}

	/** The next level below an organization; what is only associated with it is not below it. */
	async below(orgId: string): Promise<Below[]> {
		const entries = await this.children(orgId, {}, (entry, kind, where) => ({
			...simplified(entry, kind, where),
			isAssociated: isAssociated(entry),
			hasChildren: !hasNoChildren(entry),
		}));
		return entries
			.filter(({ output }) => output.isAssociated === false)
			.map(({ output }) => ({
				id: String(output.org_id),
				name: String(output.org_name ?? ''),
				hasChildren: output.hasChildren === true,
			}));
	}

	private async list(
		name: 'children' | 'departments' | 'members',
		kind: EntryKind,
		orgId: string,
		query: Query,
		show: Show,
	): Promise<{ found: Found[]; total: number | undefined }> {
		const asked = { org_id: orgId, ...query };
		const page = query.page === undefined ? '' : `page=${query.page} `;
		return await this.ask(DIRECTORY_PATHS[name], asked, orgId, (envelope) => {
			const { entries, where, total } = entriesIn(envelope, kind);
			const found = entries.map((entry, index) => ({
				id: idOfEntry(entry, kind),
				output: show(entry, kind, `${page}${where}[${index}]`),
			}));
			return { found, total };
		});
	}

	/** @throws PlatformError; InvalidFieldError when it may not be asked any more. */
	private async ask<Result>(
		path: string,
		query: Query,
		id: string,
		read: (envelope: Envelope) => Result,
	): Promise<Result> {
		const { baseUrl } = this.connection;
		const { timeoutMs, maxRetries, maxCalls } = this.bounds;
		if (this.calls >= maxCalls) {
			throw new InvalidFieldError(parameter('options', 'maxCalls'), 'tooFewCalls', {
				max: maxCalls,
			});
		}
		this.calls++;
		const subject = shorten(id);
		const { envelope, status } = await this.connection.call(
			{
				method: 'GET',
				url: resolveCall(baseUrl, path, 'baseUrl'),
				query,
				policy: POLICY,
				answersInB: true,
				maxAnswerBytes: MAX_ANSWER_BYTES,
				subject,
				timeoutMs,
				maxRetries,
			},
			this.turn,
		);
		const facts = { host: baseUrl.host, status, subject, maxAnswerBytes: MAX_ANSWER_BYTES };
		if (envelope.dataLeftOut === 'tooLong') throw new PlatformError('tooLong', 'no', facts);
		return await Promise.resolve(envelope)
			.then(read)
			.catch((error: unknown) => {
				if (!(error instanceof BadEntryError)) throw error;
				// The name of a list is the platform's
				const where = shorten(error.where, MAX_REASON_LENGTH);
				throw new PlatformError('incomplete', 'no', { ...facts, where });
			});
	}
}

/** What tells an entry from others: its id, or all that it says. */
function keyOf({ id, output }: Found): string {
	return id ?? JSON.stringify(output);
}
