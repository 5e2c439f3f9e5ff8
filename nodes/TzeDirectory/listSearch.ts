import type {
	ILoadOptionsFunctions,
	INodeListSearchItems,
	INodeListSearchResult,
	INodeProperties,
} from 'n8n-workflow';

import { fill } from '../../credentials/texts';
import { setting, shorten } from '../../platform/checks';
import { parseId } from '../../platform/recipients';
import { concealer } from '../../transport/secrets';
import { credentialTypeOf } from '../run/authentication';
import { connectAs } from '../run/connection';
import { NothingFoundError, toListFailure } from '../run/failures';
import type { CallSentences } from '../run/texts';
import { Directory, simplified } from './directory';
import { LIST_TEXTS, MEMBERS_SENTENCES, ORGANIZATION_SENTENCES } from './texts';
import { readState, TreeWalk } from './treeWalk';

/** Somebody waits before the list. */
const BOUNDS = { timeoutMs: 10_000, maxRetries: 1, maxCalls: 1000 };
/** So many calls a page of it takes, and so many as long as nothing is found. */
const CALLS_PER_PAGE = 60;
const CALLS_IN_VAIN = 200;
/** So many entries make a page of the list, or a few more. */
const PAGE_LENGTH = 50;
const MEMBERS_PER_CALL = 100;

type ListSearch = (
	this: ILoadOptionsFunctions,
	filter?: string,
	paginationToken?: string,
) => Promise<INodeListSearchResult>;

/** Which page of the members of the organization that the walk is at comes next, and who began the one before. */
interface PageOfMembers {
	page: number;
	first: string;
}

/** A page of a list that is being gathered. */
interface Search {
	directory: Directory;
	root: string;
	walk: TreeWalk;
	at: PageOfMembers;
	isFirst: boolean;
	/** Adds an entry that is looked for. */
	add(id: string, name: string): void;
	/** True when there is enough, or no more may be asked. */
	isOver(): boolean;
}

/** The lists that the fields of the node offer; all begin at the organization that the credential names. */
export function listSearchOf(properties: readonly INodeProperties[]) {
	return {
		searchOrganizations: listSearch(properties, ORGANIZATION_SENTENCES, gatherOrganizations),
		searchUsers: listSearch(properties, MEMBERS_SENTENCES, gatherUsers),
	};
}

async function gatherOrganizations(search: Search): Promise<PageOfMembers> {
	const { directory, root, walk, isFirst, add, isOver } = search;
	if (isFirst) {
		const { org_name: name } = await directory.organization(root, simplified);
		add(root, String(name ?? ''));
	}
	while (walk.current !== undefined && !isOver()) {
		const below = await walk.advance(async (id) => await directory.below(id));
		for (const { id, name } of below) add(id, name);
	}
	return { page: 1, first: '' };
}

async function gatherUsers({ directory, walk, at, add, isOver }: Search): Promise<PageOfMembers> {
	let { page, first } = at;
	while (walk.current !== undefined && !isOver()) {
		const size = MEMBERS_PER_CALL;
		const {
			found,
			total = 0,
			isShort,
		} = await directory.membersPage(walk.current, {}, { page, size }, simplified);
		for (const { id = '', output } of found) add(id, String(output.name ?? ''));
		const begins = found[0]?.id ?? '';
		// As the members of the node end: with a page that is empty, the same again, or short
		if (begins === '' || begins === first || (isShort && page * found.length >= total)) {
			await walk.advance(async (id) => await directory.below(id));
			page = 1;
			first = '';
		} else {
			page++;
			first = begins;
		}
	}
	return { page, first };
}

/**
 * @param gather goes on with a page of the list, and returns the page of members at which it stopped.
 */
function listSearch(
	properties: readonly INodeProperties[],
	sentences: CallSentences,
	gather: (search: Search) => Promise<PageOfMembers>,
): ListSearch {
	return async function (this, filter = '', paginationToken) {
		const secrets = new Set<string>();
		const hide = concealer(secrets);
		const hideWhole = concealer(secrets, (length) => length);
		try {
			const type = credentialTypeOf(this.getNodeParameter('authentication', null));
			const connection = await connectAs(type, this, secrets);
			const root = parseId(connection.rootOrgId, setting('rootOrgId'));
			const state = readState(paginationToken);
			const walk = new TreeWalk(root, state);
			const directory = new Directory(connection, BOUNDS);
			const wanted = filter.trim().toLowerCase();
			const found = new Map<string, INodeListSearchItems>();
			const offered = new Set(state?.offered);
			const at = await gather({
				directory,
				root,
				walk,
				at: { page: state?.page ?? 1, first: state?.first ?? '' },
				isFirst: state === undefined,
				add(id, name) {
					const label = name === '' ? id : `${name} (${id})`;
					if (offered.has(id) || !label.toLowerCase().includes(wanted)) return;
					offered.add(id);
					found.set(id, { name: hideWhole(label), value: hideWhole(id) });
				},
				isOver: () =>
					found.size >= PAGE_LENGTH ||
					directory.calls >= (found.size > 0 ? CALLS_PER_PAGE : CALLS_IN_VAIN),
			});
			const isAtEnd = walk.current === undefined;
			// Of a search that came to its end, n8n says that it has no results, and the search stays; any
			// other empty list would not say why, and nobody could scroll in it for the next page
			if (found.size === 0 && state === undefined && (wanted === '' || !isAtEnd)) {
				const { nobodyThere, nothingFoundYet, nothingFoundHelp } = LIST_TEXTS;
				const values = { filter: shorten(filter.trim()), root, count: walk.count };
				throw new NothingFoundError({
					message: fill(wanted === '' ? nobodyThere : nothingFoundYet, values),
					description: nothingFoundHelp,
				});
			}
			return {
				results: [...found.values()],
				...(isAtEnd
					? {}
					: { paginationToken: JSON.stringify({ ...walk.state, ...at, offered: [...offered] }) }),
			};
		} catch (cause) {
			throw toListFailure(cause, {
				node: this.getNode(),
				itemIndex: 0,
				properties,
				sentences,
				hide,
			});
		}
	};
}
