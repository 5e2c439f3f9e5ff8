import { InvalidFieldError, setting } from '../../platform/checks';
import { parseRecipients } from '../../platform/recipients';

/** Whom a value names; or the rule that is broken, and by which entry. */
function read(value: unknown): unknown {
	try {
		return parseRecipients(value);
	} catch (error) {
		if (!(error instanceof InvalidFieldError)) throw error;
		const { ordinal, key } = error.details;
		return [error.rule, ordinal, key].filter((part) => part !== undefined && part !== '').join(' ');
	}
}

describe('people', () => {
	it.each([
		['1001, 1002', ['1001', '1002']],
		['1001，1002\n1003\r\n\n 1004 ,', ['1001', '1002', '1003', '1004']],
		['a;b；c、d|e｜f g\u3000h', ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h']],
		['1001 1001,1002', ['1001', '1002']],
		['"1001", \'1002\' “1003” 「1004」', ['1001', '1002', '1003', '1004']],
		['\ufeff1001\u200b', ['1001']],
		['["1001", 1002]', ['1001', '1002']],
		[' [12345678901234567890] ', ['12345678901234567890']],
		[
			['1001', 1002, 10n ** 20n],
			['1001', '1002', '100000000000000000000'],
		],
		[['1001', '', ' ', ' 1001 '], ['1001']],
		[1001, ['1001']],
		['li.wei@school-7_a', ['li.wei@school-7_a']],
	])('in %p are %j', (value, expected) => {
		expect(read(value)).toEqual(expected);
	});

	it.each(['', ' , ,', null, undefined, [], ['', ' '], '[]'])(
		'are named by nobody in %j',
		(value) => {
			expect(read(value)).toBe('noRecipients');
		},
	);

	it.each<[unknown, string]>([
		[[{ id: 1 }], 'objectRecipient 1st id'],
		[['1', { userId: 1, name: 'x' }], 'objectRecipient 2nd userId'],
		[{ personId: 1 }, 'objectRecipient 1st personId'],
		[[1, 2, ['3']], 'notRecipient 3rd'],
		[[null], 'notRecipient 1st'],
		[[true], 'notRecipient 1st'],
		[[1.5], 'notRecipient 1st'],
		[[2 ** 53], 'longNumber 1st'],
		['1001, undefined', 'notRecipient 2nd'],
		['null', 'notRecipient 1st'],
		['NaN', 'notRecipient 1st'],
		['1.2345678901234567e+19', 'notRecipient 1st'],
		['Wang(1001)', 'notRecipient 1st'],
		['<1001>', 'notRecipient 1st'],
		['１００１', 'notRecipient 1st'],
		[['a b'], 'notRecipient 1st'],
		[['1001,1002'], 'notRecipient 1st'],
		[['10\u200b01'], 'notRecipient 1st'],
		['x'.repeat(256), 'notRecipient 1st'],
		['[1001', 'notRecipients'],
		['[object Object],[object Object]', 'objectsAsText'],
	])('are not guessed in %p: %s', (value, expected) => {
		expect(read(value)).toBe(expected);
	});

	it('are looked for where they stand', () => {
		const field = setting('testRecipients');
		expect(() => parseRecipients('', field)).toThrow('testRecipients: noRecipients');
	});

	it.each([
		[11, '11th'],
		[12, '12th'],
		[21, '21st'],
		[22, '22nd'],
		[103, '103rd'],
		[111, '111th'],
	])('are counted as people count: %d', (position, expected) => {
		const list = [...Array.from({ length: position - 1 }, (_, n) => n), null];
		expect(read(list)).toBe(`notRecipient ${expected}`);
	});
});
