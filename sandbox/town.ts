/**
 * An invented town: an education office, three schools with what is in them, 60 teachers, 600 pupils
 * and their guardians. It is the same in every run. The names are made of lists, and nobody is meant.
 *
 * What ids look like, and what the documents leave open, is the sandbox's own invention: organizations
 * have digits, so that both spellings of an id can be tried; people have a letter and digits.
 */

import { say, type Sentence } from './language';
import { ROLES } from './texts';

/** `org_type` (T). */
export const ORG_TYPE = {
	institution: 1,
	school: 2,
	campus: 3,
	department: 4,
	stage: 5,
	grade: 6,
	class: 7,
	studio: 9,
} as const;

/** `child_type` (T): how an organization belongs to the one above it. */
export const CHILD_TYPE = { direct: 1, subordinate: 2, associated: 3 } as const;

/** `user_type`: 0 and 1 are those of the member call, 2 is a guardian elsewhere (V). */
export const USER_TYPE = { pupil: 0, teacher: 1, guardian: 2 } as const;

/** An organization of the town, of whatever kind. */
export interface Organization {
	orgId: string;
	name: string;
	shortName: string;
	orgType: number;
	/** How it belongs to the one that `childrenOf` lists it for. */
	childType: number;
	/** Absent at the root. */
	parentId?: string;
	/** The next level, in the order of display; departments are listed apart. */
	children: Organization[];
	departments: Organization[];
	/** Whom the member call lists: those of the organization itself, not of what is below it. */
	members: User[];
}

/** Somebody who is bound to a user: guardians to a pupil, pupils to a guardian. */
export interface Relative {
	userId: string;
	relationName: string;
	/** Positive when the one who is bound is a guardian, negative for a pupil (V). */
	relationType: number;
}

/** A person of the town. */
export interface User {
	userId: string;
	name: string;
	/** 0 female, 1 male (T). */
	gender: number;
	/** `YYYY-MM-DD`. */
	birthdate: string;
	userType: number;
	family: Relative[];
	orgs: Organization[];
	/** In words, for the login page. */
	role: Sentence;
}

/** The town's education office: everything is below it. */
export const ROOT_ORG_ID = '3200001';

/** An organization with as many teachers as `crowd` of the settings says; there is none unless it is asked for. */
export const CROWD_ORG_ID = '3290001';

const SURNAMES = '王李张刘陈杨黄赵周吴徐孙马朱胡郭何林高罗郑梁谢宋唐许韩冯邓曹'.split('');
const FEMALE_NAMES =
	'芳 敏 静 秀英 丽娟 美玲 雨桐 欣怡 思涵 梦瑶 佳怡 晓燕 玉兰 婷婷 春梅 雅琴 子涵 若曦 慧敏 诗琪 海燕 雪莹 可馨'.split(
		' ',
	);
const MALE_NAMES =
	'伟 强 磊 建国 志强 明 子轩 浩然 宇航 俊杰 国栋 文博 海涛 建华 天佑 一鸣 家豪 晨曦 立新 大勇 泽宇 思远 博文'.split(
		' ',
	);

const FEMALE = 0;
const MALE = 1;

/** The `n`th name of one gender; close numbers give names that differ in both parts. */
function nameOf(n: number, gender: number, surname = SURNAMES[(n * 7) % SURNAMES.length]): string {
	const names = gender === FEMALE ? FEMALE_NAMES : MALE_NAMES;
	return surname + names[(n * 5 + Math.floor(n / names.length)) % names.length];
}

function birthdateOf(year: number, n: number): string {
	const [month, day] = [(n * 5) % 12, (n * 11) % 28].map((part) => String(part + 1));
	return `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`;
}

const GRADES = '一二三四五六七八九'.split('');

/** A school's plan. A class has an index, in the order of grades, and a teacher with the same one. */
interface Plan {
	digit: number;
	name: string;
	shortName: string;
	childType: number;
	stages: ReadonlyArray<{ name: string; grades: readonly number[] }>;
	classesOfGrade: number;
	departments: Readonly<Record<string, readonly string[]>>;
}

const OFFICE = { 教务处: ['语文组', '数学组', '英语组'], 德育处: [], 总务处: [] };
const PRIMARY = { name: '小学部', grades: [1, 2, 3, 4, 5, 6] };
const JUNIOR = { name: '初中部', grades: [7, 8, 9] };

const PLANS: readonly Plan[] = [
	{
		digit: 1,
		name: '云溪市实验小学',
		shortName: '实验小学',
		childType: CHILD_TYPE.direct,
		stages: [PRIMARY],
		classesOfGrade: 3,
		departments: OFFICE,
	},
	{
		digit: 2,
		name: '云溪市第二中学',
		shortName: '云溪二中',
		childType: CHILD_TYPE.direct,
		stages: [JUNIOR],
		classesOfGrade: 4,
		departments: OFFICE,
	},
	{
		digit: 3,
		name: '云溪市柳湾学校',
		shortName: '柳湾学校',
		childType: CHILD_TYPE.subordinate,
		stages: [PRIMARY, JUNIOR],
		classesOfGrade: 2,
		departments: { 教务处: [], 总务处: [] },
	},
];

const TEACHERS_OF_SCHOOL = 20;
const PUPILS_OF_SCHOOL = 200;
/** Class 3 of grade 5 and class 1 of grade 6 of the first school: there the known pupils begin. */
const FIRST_CLASS = 14;

/** The persons of the login page and of all examples, who were there before the town. */
const KNOWN: Readonly<Record<string, { name: string; gender: number }>> = {
	P1001: { name: '王芳', gender: FEMALE },
	P1002: { name: '李建国', gender: MALE },
	P2001: { name: '陈美玲', gender: FEMALE },
	P2002: { name: '赵志强', gender: MALE },
	P3001: { name: '陈小雨', gender: FEMALE },
	P3002: { name: '赵子轩', gender: MALE },
};

/** Builds the town once; everything in it stays as it is. */
class TownBuilder {
	readonly orgs = new Map<string, Organization>();
	readonly users = new Map<string, User>();
	private guardians = 0;

	constructor() {
		const root = this.addOrg(undefined, {
			orgId: ROOT_ORG_ID,
			name: '云溪市教育局',
			shortName: '云溪教育局',
			orgType: ORG_TYPE.institution,
		});
		for (const plan of PLANS) this.addSchool(root, plan);
		const studio = this.addOrg(root, {
			orgId: '3200901',
			name: '王芳名师工作室',
			orgType: ORG_TYPE.studio,
			childType: CHILD_TYPE.associated,
		});
		// People of several schools: whoever reads the whole tree finds them twice
		for (const userId of ['P1001', 'P1022', 'P1041', 'P1045']) this.join(userId, studio);
	}

	private addOrg(
		parent: Organization | undefined,
		given: Pick<Organization, 'orgId' | 'name' | 'orgType'> & Partial<Organization>,
	): Organization {
		const org: Organization = {
			shortName: given.name,
			childType: CHILD_TYPE.direct,
			children: [],
			departments: [],
			members: [],
			...given,
			...(parent && { parentId: parent.orgId }),
		};
		const isDepartment = org.orgType === ORG_TYPE.department;
		if (isDepartment) parent?.departments.push(org);
		else parent?.children.push(org);
		this.orgs.set(org.orgId, org);
		return org;
	}

	private addUser(user: Omit<User, 'family' | 'orgs'>): User {
		const added: User = { ...user, ...KNOWN[user.userId], family: [], orgs: [] };
		this.users.set(added.userId, added);
		return added;
	}

	private join(userId: string, org: Organization): void {
		const user = this.users.get(userId);
		if (!user) throw new Error(`The town has no ${userId}`);
		org.members.push(user);
		user.orgs.push(org);
	}

	private addSchool(root: Organization, plan: Plan): void {
		const { digit, name, shortName, childType } = plan;
		const idOf = (part: number) => `320${digit}${String(part).padStart(3, '0')}`;
		const school = this.addOrg(root, {
			orgId: idOf(1),
			name,
			shortName,
			childType,
			orgType: ORG_TYPE.school,
		});
		const classes: Array<{ org: Organization; grade: number; number: number }> = [];
		for (const [index, stage] of plan.stages.entries()) {
			const stageOrg = this.addOrg(school, {
				orgId: idOf(201 + index),
				name: stage.name,
				orgType: ORG_TYPE.stage,
			});
			for (const grade of stage.grades) {
				const gradeName = `${GRADES[grade - 1]}年级`;
				const gradeOrg = this.addOrg(stageOrg, {
					orgId: idOf(300 + grade),
					name: gradeName,
					orgType: ORG_TYPE.grade,
				});
				for (let number = 1; number <= plan.classesOfGrade; number++) {
					const org = this.addOrg(gradeOrg, {
						orgId: idOf(400 + grade * 10 + number),
						name: `${gradeName}（${number}）班`,
						orgType: ORG_TYPE.class,
					});
					classes.push({ org, grade, number });
				}
			}
		}
		const placeOf = ({ grade, number }: (typeof classes)[number]) => ({ grade, number });

		this.addTeachers(plan, school, (index) => {
			const own = classes[(index + FIRST_CLASS) % classes.length];
			return index < classes.length
				? { org: own.org, role: say(ROLES.classTeacher, placeOf(own)) }
				: undefined;
		});
		this.addDepartments(plan, school, idOf);

		const first = (digit - 1) * PUPILS_OF_SCHOOL;
		const pupils: User[] = [];
		for (let n = 0; n < PUPILS_OF_SCHOOL; n++) {
			const own = classes[(n + FIRST_CLASS) % classes.length];
			const sibling = siblingOf(n, classes.length);
			const gender = (n + Math.floor(n / classes.length)) % 2 === 0 ? FEMALE : MALE;
			const pupil = this.addUser({
				userId: `P${3001 + first + n}`,
				name: nameOf(
					first + n + 3,
					gender,
					sibling === undefined ? undefined : pupils[sibling].name[0],
				),
				gender,
				birthdate: birthdateOf(2020 - own.grade, first + n),
				userType: USER_TYPE.pupil,
				role: say(ROLES.pupil, placeOf(own)),
			});
			pupils.push(pupil);
			this.join(pupil.userId, own.org);
			if (sibling !== undefined) this.shareFamily(pupils[sibling], pupil);
			else if (n !== classes.length * 3) this.addFamily(pupil, first + n);
		}
	}

	/** The head of the school is its second teacher; the first ones have a class each. */
	private addTeachers(
		{ digit }: Plan,
		school: Organization,
		classOf: (index: number) => { org: Organization; role: Sentence } | undefined,
	): void {
		const first = (digit - 1) * TEACHERS_OF_SCHOOL;
		for (let n = 0; n < TEACHERS_OF_SCHOOL; n++) {
			const isHead = n === 1;
			const own = isHead ? undefined : classOf(n === 0 ? 0 : n - 1);
			const gender = n % 3 === 1 ? MALE : FEMALE;
			const userId = `P${1001 + first + n}`;
			this.addUser({
				userId,
				name: nameOf(first + n + 11, gender),
				gender,
				birthdate: birthdateOf(1970 + ((n * 7) % 28), n),
				userType: USER_TYPE.teacher,
				role: isHead ? say(ROLES.head) : (own?.role ?? say(ROLES.teacher)),
			});
			this.join(userId, school);
			if (own) this.join(userId, own.org);
		}
	}

	/** Every teacher but the head is in a department, or in a group within one. */
	private addDepartments(
		{ digit, departments }: Plan,
		school: Organization,
		idOf: (part: number) => string,
	): void {
		const leaves: Organization[] = [];
		let part = 101;
		for (const [name, groups] of Object.entries(departments)) {
			const orgType = ORG_TYPE.department;
			const department = this.addOrg(school, { orgId: idOf(part++), name, orgType });
			leaves.push(department);
			for (const group of groups) {
				leaves.push(this.addOrg(department, { orgId: idOf(part++), name: group, orgType }));
			}
		}
		const first = (digit - 1) * TEACHERS_OF_SCHOOL;
		for (let n = 0; n < TEACHERS_OF_SCHOOL; n++) {
			if (n !== 1) this.join(`P${1001 + first + n}`, leaves[n % leaves.length]);
		}
	}

	/** One guardian for the two known pupils and every sixth family, two for the others. */
	private addFamily(pupil: User, n: number): void {
		const [surname] = pupil.name;
		if (n === 0) return this.addGuardian(pupil, surname, 'mother');
		if (n % 6 === 4) return this.addGuardian(pupil, surname, 'grandfather');
		this.addGuardian(pupil, surname, 'father');
		if (n > 1) this.addGuardian(pupil, SURNAMES[(n * 11) % SURNAMES.length], 'mother');
	}

	private addGuardian(pupil: User, surname: string, relation: keyof typeof RELATIONS): void {
		const n = this.guardians++;
		const { relationName, relationType, gender, year } = RELATIONS[relation];
		const guardian = this.addUser({
			userId: `P${2001 + n}`,
			name: nameOf(n, gender, surname),
			gender,
			birthdate: birthdateOf(year + (n % 10), n),
			userType: USER_TYPE.guardian,
			role: say(ROLES.parent, { pupil: pupil.name }),
		});
		pupil.family.push({ userId: guardian.userId, relationName, relationType });
		guardian.family.push(childOf(pupil, relationType));
	}

	private shareFamily(older: User, younger: User): void {
		for (const relative of older.family) {
			younger.family.push(relative);
			this.users.get(relative.userId)?.family.push(childOf(younger, relative.relationType));
		}
	}
}

const RELATIONS = {
	father: { relationName: '父亲', relationType: 1, gender: MALE, year: 1980 },
	mother: { relationName: '母亲', relationType: 2, gender: FEMALE, year: 1981 },
	grandfather: { relationName: '爷爷', relationType: 3, gender: MALE, year: 1950 },
};

function childOf({ userId, gender }: User, relationType: number): Relative {
	return { userId, relationName: gender === FEMALE ? '女儿' : '儿子', relationType: -relationType };
}

/**
 * Which pupil of the school the `n`th one is a brother or sister of. One pair of each school is in the same
 * class.
 */
function siblingOf(n: number, classes: number): number | undefined {
	if (n === classes * 2) return n - classes;
	return n % 7 === 3 && n !== classes * 3 && n - 1 !== classes * 3 ? n - 1 : undefined;
}

/** What is in a town. */
export interface Town {
	org(orgId: string): Organization | undefined;
	user(userId: string): User | undefined;
	childrenOf(org: Organization): readonly Organization[];
	memberCount(org: Organization, userType?: number): number;
	/** Some members, from the one with this index on. */
	members(org: Organization, userType: number | undefined, from: number, count: number): User[];
}

const town = new TownBuilder();

/** The person with this id, if it is one of the town. */
export function findUser(userId: string): User | undefined {
	return town.users.get(userId);
}

/** The persons whose ID is this text, or whose name or ID has it in it; at most so many, the ID first. */
export function findUsers(text: string, most: number): User[] {
	const sought = text.toLowerCase();
	const exact = findUser(text);
	const found = exact ? [exact] : [];
	for (const user of town.users.values()) {
		if (found.length >= most) break;
		if (user === exact) continue;
		if (user.name.includes(text) || user.userId.toLowerCase().includes(sought)) found.push(user);
	}
	return found;
}

/** The persons that the login page offers; every other one of the town can be typed in there. */
export const loginPersons: readonly User[] = Object.keys(KNOWN).flatMap((id) => findUser(id) ?? []);

const CROWD_ID = /^P9(\d{6})$/;

/**
 * The town, with a crowd of so many teachers in an organization of their own, which is associated with the
 * root. Its people are made when they are asked for.
 */
export function townWith(crowd: number): Town {
	const crowdOrg: Organization = {
		orgId: CROWD_ORG_ID,
		name: '云溪市教师进修学院',
		shortName: '进修学院',
		orgType: ORG_TYPE.institution,
		childType: CHILD_TYPE.associated,
		parentId: ROOT_ORG_ID,
		children: [],
		departments: [],
		members: [],
	};
	const crowdUser = (n: number): User => {
		const gender = n % 2;
		return {
			userId: `P9${String(n).padStart(6, '0')}`,
			name: nameOf(n, gender),
			gender,
			birthdate: birthdateOf(1970 + (n % 30), n),
			userType: USER_TYPE.teacher,
			family: [],
			orgs: [crowdOrg],
			role: say(ROLES.teacher),
		};
	};
	const of = ({ members }: Organization, userType?: number) =>
		userType === undefined ? members : members.filter((user) => user.userType === userType);
	/** How many of the crowd have this type: all are teachers. */
	const crowdOf = (userType?: number) =>
		userType === undefined || userType === USER_TYPE.teacher ? crowd : 0;

	return {
		org: (orgId) => (orgId === CROWD_ORG_ID && crowd > 0 ? crowdOrg : town.orgs.get(orgId)),
		user(userId) {
			const n = Number(CROWD_ID.exec(userId)?.[1] ?? NaN);
			return n < crowd ? crowdUser(n) : findUser(userId);
		},
		childrenOf: (org) =>
			org.orgId === ROOT_ORG_ID && crowd > 0 ? [...org.children, crowdOrg] : org.children,
		memberCount: (org, userType) =>
			org === crowdOrg ? crowdOf(userType) : of(org, userType).length,
		members(org, userType, from, count) {
			if (org !== crowdOrg) return of(org, userType).slice(from, from + count);
			const length = Math.max(0, Math.min(count, crowdOf(userType) - from));
			return Array.from({ length }, (_, index) => crowdUser(from + index));
		},
	};
}
