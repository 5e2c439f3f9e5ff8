import { MUTANTS } from '../mutants/data';
import { occurrencesOf } from '../mutants/mutant';

it('every mistake of npm run test:mutants can still be made', () => {
	const stale = MUTANTS.filter((mutant) => occurrencesOf(mutant) !== 1);
	expect(stale.map(({ file, find }) => `${file}: ${find}`)).toEqual([]);
});
