import {
	BadEntryError,
	entriesIn,
	entryIn,
	hasNoChildren,
	idOfEntry,
	isAssociated,
	KNOWN_NAMES,
	readEntry,
	type EntryKind,
} from '../../platform/directory';
import { readEnvelope, type Envelope } from '../../platform/envelopes';
import type { JsonObject, JsonValue } from '../../platform/json';

const read = (entry: JsonValue, kind: EntryKind = 'person') => readEntry(entry, kind, 'result');
const org = (fields: Record<string, JsonValue>) => read({ org_id: 'O', ...fields }, 'organization');
const person = (fields: Record<string, JsonValue>) => read({ user_id: 'P', ...fields });

/** Where an answer is odd. */
function oddAt(reading: () => unknown): string {
	try {
		reading();
	} catch (error) {
		if (error instanceof BadEntryError) return error.where;
		throw error;
	}
	throw new Error('It was read');
}

describe('a person', () => {
	it('has every field of the table (platform.md 4)', () => {
		expect(
			read({
				user_id: 'P2001',
				name: '王芳',
				gender: '0',
				birthdate: '1985-03-01',
				status: '1',
				platform_code: '321200',
				province_code: '320000',
				city_code: '321200',
				area_code: '321202',
				user_family: [{ bind_user_id: 'P3001', relation_name: '女儿', relation_type: '-1' }],
				user_org: [{ org_id: '3201001', org_name: '一班', org_type: '7' }],
				init_user_type: 2,
			}),
		).toEqual({
			personId: 'P2001',
			user_id: 'P2001',
			name: '王芳',
			gender: 0,
			gender_name: 'female',
			birthdate: '1985-03-01',
			status: 1,
			status_name: 'normal',
			platform_code: '321200',
			province_code: '320000',
			city_code: '321200',
			area_code: '321202',
			user_family: [
				{
					personId: 'P3001',
					bind_user_id: 'P3001',
					relation_name: '女儿',
					relation_type: -1,
					relation_type_name: 'pupil',
				},
			],
			user_org: [{ org_id: '3201001', org_name: '一班', org_type: 7, org_type_name: 'class' }],
		});
	});

	it.each([
		['0', 'female'],
		[1, 'male'],
		['2', 'unset'],
		[3, 'secret'],
	])('gender %p is %s', (gender, word) => {
		expect(person({ gender })).toMatchObject({ gender: Number(gender), gender_name: word });
	});

	it.each([
		[0, 'inactive'],
		['1', 'normal'],
		[2, 'cancelled'],
		['3', 'locked'],
		[4, 'security-locked'],
	])('status %p is %s', (status, word) => {
		expect(person({ status })).toMatchObject({ status: Number(status), status_name: word });
	});

	it('has a user_type that is never mapped, since deployments contradict each other', () => {
		expect(person({ user_type: '1' })).toEqual({ personId: 'P', user_id: 'P', user_type: '1' });
	});

	it('has an ID as a text, whatever it came as', () => {
		expect(read({ user_id: 1001 })).toEqual({ personId: '1001', user_id: '1001' });
		const envelope = readEnvelope(
			'{"code":"000000","result":{"user_id":12345678901234567890}}',
			false,
			true,
		);
		expect(read(entryIn(envelope as Envelope, 'person', '12345678901234567890'))).toMatchObject({
			personId: '12345678901234567890',
		});
	});

	it.each([[1.5], [true], [null], [''], [' '], [['P1']], [{ id: 'P1' }], [1e300]])(
		'is an error with the ID %p: nobody is guessed',
		(user_id) => expect(oddAt(() => read({ user_id }))).toBe('result.user_id'),
	);

	it('is an error without an ID, or when it is no object', () => {
		expect(oddAt(() => read({ name: '王芳' }))).toBe('result.user_id');
		for (const entry of [null, 'P1', 1, true, ['P1']])
			expect(oddAt(() => read(entry))).toBe('result');
	});

	it('may have relatives who are bound to nobody yet', () => {
		expect(person({ user_family: [{ bind_user_id: null, relation_name: '父亲' }] })).toMatchObject({
			user_family: [{ relation_name: '父亲' }],
		});
	});

	it.each<[JsonValue, string]>([
		[{}, 'result.user_family'],
		['x', 'result.user_family'],
		[[{}, 'x'], 'result.user_family[1]'],
	])('with the family %j is an error that says where', (user_family, where) => {
		expect(oddAt(() => person({ user_family }))).toBe(where);
	});

	it.each([
		[1, 'guardian'],
		['12', 'guardian'],
		['-3', 'pupil'],
		[0, undefined],
		[0.5, undefined],
		['x', undefined],
	])('has a relative with relation_type %p: %s', (relation_type, word) => {
		const [relative] = person({ user_family: [{ bind_user_id: 'P2', relation_type }] })
			.user_family as Array<Record<string, unknown>>;
		expect(relative.relation_type_name).toBe(word);
	});
});

describe('an organization', () => {
	it('has every field of the tables', () => {
		const entry = {
			org_id: 3201,
			org_name: '实验小学',
			org_short_name: '实小',
			parent_id: 32,
			org_type: '2',
			child_type: '1',
			has_child: '1',
			display_order: '12',
			platform_code: '321200',
			province_code: '320000',
			createtime: '2020-01-01 08:00:00',
			updatetime: 1600756144000,
		};
		expect(read(entry, 'organization')).toEqual({
			...entry,
			org_id: '3201',
			parent_id: '32',
			org_type: 2,
			org_type_name: 'school',
			child_type: 1,
			child_type_name: 'direct',
			has_child: true,
			display_order: 12,
		});
	});

	it.each([
		[1, 'institution'],
		['2', 'school'],
		[3, 'campus'],
		['4', 'department'],
		[5, 'school stage'],
		['6', 'grade'],
		[7, 'class'],
		['8', 'enterprise'],
		[9, 'teaching studio'],
		['10', 'platform'],
	])('of type %p is a %s', (org_type, word) => {
		expect(org({ org_type })).toMatchObject({ org_type: Number(org_type), org_type_name: word });
	});

	it.each<[JsonValue, JsonValue]>([
		[0, 0],
		['11', 11],
		['', ''],
		['school', 'school'],
		['7.5', '7.5'],
		[true, true],
	])('of the type %p, which has no word, keeps it', (org_type, shown) => {
		expect(org({ org_type })).toEqual({ org_id: 'O', org_type: shown });
	});

	it.each([
		[1, 'direct'],
		['2', 'subordinate'],
		['3', 'associated'],
	])('with child_type %p is %s', (child_type, word) => {
		expect(org({ child_type }).child_type_name).toBe(word);
		expect(isAssociated({ child_type })).toBe(word === 'associated');
	});

	it.each([
		[0, false],
		['0', false],
		[false, false],
		['false', false],
		[1, true],
		['1', true],
		[true, true],
		['yes', 'yes'],
	])('with has_child %p has children: %p', (has_child, value) => {
		expect(org({ has_child }).has_child).toBe(value);
		expect(hasNoChildren({ has_child })).toBe(value === false);
	});

	it('has an ID, or is an error', () => {
		expect(oddAt(() => read({ org_name: 'x' }, 'organization'))).toBe('result.org_id');
	});
});

it('an entry is known by its ID', () => {
	expect(idOfEntry({ user_id: 1 }, 'person')).toBe('1');
	expect(idOfEntry({ org_id: 'O' }, 'organization')).toBe('O');
	expect(idOfEntry({ org_id: 'O' }, 'person')).toBeUndefined();
	expect(idOfEntry('O', 'organization')).toBeUndefined();
});

it('no field is read from what an object inherits', () => {
	expect(person({})).toEqual({ personId: 'P', user_id: 'P' });
	expect(KNOWN_NAMES).not.toContain('constructor');
});

describe('an answer', () => {
	const envelope = (text: string) => readEnvelope(text, false, true) as Envelope;
	const success = (result: unknown) => envelope(JSON.stringify({ code: '000000', result }));
	const successA = (data: unknown) => envelope(JSON.stringify({ retCode: '000000', data }));

	it.each([success, successA])('holds an entry, in either envelope', (of) => {
		expect(entryIn(of({ user_id: 'P' }), 'person', 'P')).toEqual({ user_id: 'P' });
	});

	it.each([undefined, null, {}, [], 'x', 1])(
		'without an entry says where it is missing: %j',
		(result) => {
			expect(oddAt(() => entryIn(success(result), 'person', 'P'))).toBe('result');
		},
	);

	it.each<[EntryKind, JsonObject, string]>([
		['person', { user_id: 'P2', name: '王芳' }, 'result.user_id'],
		['person', { user_id: 'P,P2' }, 'result.user_id'],
		['organization', { org_id: 7 }, 'result.org_id'],
	])('about another %s than was asked for is none: %j', (kind, result, where) => {
		expect(oddAt(() => entryIn(success(result), kind, 'P'))).toBe(where);
	});

	it.each([['P'], [' P '], ['\u200bP']])('about the same one is taken: %j', (user_id) => {
		expect(entryIn(success({ user_id }), 'person', 'P')).toEqual({ user_id });
	});

	it.each<[EntryKind, JsonObject]>([
		['person', { user_id: 'U1', user_family: [] }],
		['person', { user_id: 'U1', user_org: [{ org_id: 'C1' }] }],
		['organization', { org_id: 'C1', children: [] }],
	])('with one %s in the place of a list is none: %j', (kind, result) => {
		expect(oddAt(() => entriesIn(success(result), kind))).toBe('result');
	});

	it.each([success, successA])('holds a list, in either envelope', (of) => {
		expect(entriesIn(of(['a']), 'person').entries).toEqual(['a']);
		expect(entriesIn(of([]), 'person').entries).toEqual([]);
		expect(entriesIn(of(null), 'person').entries).toEqual([]);
	});

	it('holds a page with one list in it, beside counts', () => {
		const page = { page: 1, page_size: 2, count: 26, member_list: [{ user_id: 'P' }] };
		expect(entriesIn(success(page), 'person')).toEqual({
			entries: [{ user_id: 'P' }],
			where: 'result.member_list',
			total: 26,
		});
	});

	it.each([undefined, {}, 'x', 1, { a: [], b: [] }])(
		'without a list, or with two, is an error: %j',
		(result) => {
			expect(oddAt(() => entriesIn(success(result), 'person'))).toBe('result');
		},
	);

	it('of envelope A says where in its own words', () => {
		expect(oddAt(() => entriesIn(successA('x'), 'person'))).toBe('data');
	});
});
