import { SUCCESS_CODE } from './constants';
import { jsonAnswer, type Answer } from './http';
import { say, type Sentence } from './language';
import { Refusal } from './refusal';
import {
	checkChildListRequest,
	checkDepartmentsRequest,
	checkMembersRequest,
	checkOrgRequest,
	checkUserRequest,
} from './schemas';
import { REFUSALS } from './texts';
import { townWith, type Organization, type Town, type User } from './town';
import type { Check } from './validation';

/** How the directory answers; what tests and curious people set. */
export interface DirectorySettings {
	/**
	 * How ids and codes of digits are spelled: as texts, as in the documents' samples, or as numbers, as in
	 * their tables (T).
	 */
	spelling: 'text' | 'number';
	/** How many people are in an organization of their own, `CROWD_ORG_ID`; 0 for none. */
	crowd: number;
}

/** What the directory knows, and how it spells it. */
export class Directory {
	private set: DirectorySettings;
	private town: Town;

	/** @param given what is set until somebody sets something else, and after `reset` */
	constructor(private readonly given: DirectorySettings) {
		this.set = given;
		this.town = townWith(given.crowd);
	}

	get settings(): DirectorySettings {
		return this.set;
	}

	change(settings: Partial<DirectorySettings>): void {
		this.set = { ...this.set, ...settings };
		this.town = townWith(this.set.crowd);
	}

	reset(): void {
		this.change(this.given);
	}

	/** `GET /user/openapi/user/get-user-info` (T). */
	readonly userInfo = this.call(checkUserRequest, ({ user_id }) => {
		const user = this.town.user(user_id);
		return user ? userInfo(user) : refuse(say(REFUSALS.userUnknown, { id: user_id }));
	});

	/** `GET /user/openapi/org/get-org-info` (T). */
	readonly orgInfo = this.call(checkOrgRequest, ({ org_id }) =>
		this.withOrg(org_id, (org) => ({
			...orgShape(org),
			org_short_name: org.shortName,
			...REGION,
			createtime: '2020-09-01 08:00:00',
			updatetime: '2026-09-01 08:00:00',
		})),
	);

	/** `GET /user/openapi/org/get-org-child-list`: departments (T). */
	readonly departments = this.call(checkDepartmentsRequest, ({ org_id, parent_id, is_all = '1' }) =>
		this.withOrg(org_id, (org) => {
			const top = parent_id === undefined ? org : this.town.org(parent_id);
			if (!top) return unknownOrg(parent_id ?? org_id);
			return departmentsOf(top, is_all === '1').map((one) => ({
				...orgShape(one),
				parent_id: one.parentId,
			}));
		}),
	);

	/** `GET /user/openapi/org-tree/get-child-list`: the next level (T). */
	readonly children = this.call(checkChildListRequest, (query) => {
		const { org_id, child_type, is_filter, org_type } = query;
		if (is_filter !== undefined && child_type !== undefined) {
			return refuse(say(REFUSALS.filterAndType));
		}
		if (is_filter === '1') {
			return refuse(say(REFUSALS.filtered));
		}
		const isAskedFor = (list: string | undefined, value: number) =>
			list === undefined || list.split(',').includes(String(value));
		return this.withOrg(org_id, (org) =>
			this.town
				.childrenOf(org)
				.filter((child) => isAskedFor(child_type, child.childType))
				.filter((child) => isAskedFor(org_type, child.orgType))
				.map((child, index) => ({
					...orgShape(child),
					child_type: String(child.childType),
					has_child: this.town.childrenOf(child).length > 0 ? '1' : '0',
					display_order: String(index + 1),
				})),
		);
	});

	/** `GET /user/openapi/user/get-org-member-simple-list` (V). */
	readonly members = this.call(checkMembersRequest, (query) => {
		const { org_id, user_type, page = '1', page_size = '10' } = query;
		const [number, size] = [Number(page), Number(page_size)];
		if (size > MOST_MEMBERS) {
			return refuse(say(REFUSALS.pageTooLarge, { limit: MOST_MEMBERS, size }));
		}
		const type = user_type === undefined ? undefined : Number(user_type);
		return this.withOrg(org_id, (org) => ({
			count: String(this.town.memberCount(org, type)),
			page,
			page_size,
			member_list: this.town
				.members(org, type, (number - 1) * size, size)
				.map(({ userId, name, userType }) => ({
					user_id: userId,
					name,
					user_type: String(userType),
				})),
		}));
	});

	/**
	 * A call of the directory. Its handler answers the result, in which ids and codes are texts, or refuses.
	 */
	private call<Q>(check: Check<Q>, handler: (query: Q) => object | Refusal) {
		return (parameters: URLSearchParams): Answer | Refusal => {
			const query: Record<string, string> = {};
			for (const [name, value] of parameters) {
				if (name === 'accessToken') continue;
				if (Object.hasOwn(query, name)) {
					return refuse(say(REFUSALS.twice, { name }));
				}
				query[name] = value;
			}
			const checked = check(query);
			if (!checked.ok) return refuse(checked.problem);
			const result = handler(checked.value);
			if (result instanceof Refusal) return result;
			const spelled = this.set.spelling === 'text' ? result : withNumbers(result);
			return envelopeB(SUCCESS_CODE, '成功', spelled);
		};
	}

	private withOrg(
		orgId: string,
		result: (org: Organization) => object | Refusal,
	): object | Refusal {
		const org = this.town.org(orgId);
		return org ? result(org) : unknownOrg(orgId);
	}
}

/** A page of members holds so many at most (V). */
const MOST_MEMBERS = 500;

/** The one code of failure that the documents know (T). */
const FAILURE_CODE = '100001';

/** Codes of a region that does not exist. */
const REGION = { platform_code: '329900', province_code: '320000' };

/** Envelope B (T), always with HTTP status 200 unless a fault asks for another. */
export function envelopeB(
	code: string,
	message: string,
	result: object | null,
	status = 200,
): Answer {
	return jsonAnswer({ code, message, result }, status, code);
}

function refuse(problem: Sentence): Refusal {
	return new Refusal(problem, (text) => envelopeB(FAILURE_CODE, text, null));
}

function unknownOrg(id: string): Refusal {
	return refuse(say(REFUSALS.orgUnknown, { id }));
}

function orgShape({ orgId, name, orgType }: Organization) {
	return { org_id: orgId, org_name: name, org_type: String(orgType) };
}

function userInfo(user: User): object {
	return {
		user_id: user.userId,
		name: user.name,
		gender: String(user.gender),
		birthdate: user.birthdate,
		status: '1',
		...REGION,
		city_code: '329900',
		area_code: '329901',
		user_family: user.family.map(({ userId, relationName, relationType }) => ({
			bind_user_id: userId,
			relation_name: relationName,
			relation_type: String(relationType),
		})),
		user_org: user.orgs.map(orgShape),
	};
}

/** With those that are within them, right behind each, or those of the next level alone. */
function departmentsOf(top: Organization, all: boolean): Organization[] {
	return top.departments.flatMap((one) => (all ? [one, ...departmentsOf(one, true)] : [one]));
}

/** The same with every text of digits as the number that it is. */
function withNumbers(value: unknown): object {
	return JSON.parse(JSON.stringify(value), (_key, part: unknown) =>
		typeof part === 'string' && /^(?:0|-?[1-9]\d{0,14})$/.test(part) ? Number(part) : part,
	) as object;
}
