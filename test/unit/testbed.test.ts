import { existsSync } from 'node:fs';

import { Closers } from '../../testbed/process/closers';
import { until } from '../../testbed/process/until';

describe('until', () => {
	const patience = { patienceMs: 10_000, everyMs: 1 };

	it('returns the first answer that is neither false nor undefined', async () => {
		const answers = [false, undefined, 0] as const;
		let asked = 0;
		const ask = () => answers[asked++];
		expect(await until('a number', ask, patience)).toBe(0);
		expect(asked).toBe(3);
	});

	it('says what it waited for, and what there was instead', async () => {
		const waiting = until('the end', () => false, {
			patienceMs: 30,
			everyMs: 1,
			instead: () => 'more of it',
		});
		await expect(waiting).rejects.toThrow('Waited 0.03 s in vain for the end:\nmore of it');
	});

	it('ends with the error of a question', async () => {
		const ask = () => Promise.reject(new Error('it is gone'));
		await expect(until('it', ask, patience)).rejects.toThrow('it is gone');
	});
});

describe('Closers', () => {
	it('end the last things first, and all of them though one cannot be ended', async () => {
		const told = jest.spyOn(process.stderr, 'write').mockReturnValue(true);
		const ended: string[] = [];
		{
			await using closers = new Closers();
			closers.add(() => ended.push('first'));
			closers.add(() => Promise.reject(new Error('stuck')));
			closers.add(() => ended.push('last'));
		}
		expect(ended).toEqual(['last', 'first']);
		expect(told.mock.calls.join()).toContain('stuck');
		told.mockRestore();
	});

	it('delete the folder that they made, also after an error', async () => {
		let folder = '';
		const work = async () => {
			await using closers = new Closers();
			folder = await closers.folder('closers');
			expect(existsSync(folder)).toBe(true);
			throw new Error('stopped');
		};
		await expect(work()).rejects.toThrow('stopped');
		expect(existsSync(folder)).toBe(false);
	});
});
