import { calls } from './calls';
import { FIXED_SEED, shownFindings } from './random';

const CASES = Number(process.env.FUZZ_CALLS ?? 5000);

it(`finds none of ${CASES} calls that does harm`, async () => {
	const fuzzer = await calls.open();
	const { findings, counts } = await fuzzer.run({ seed: FIXED_SEED, from: 0, to: CASES });
	await fuzzer.close();
	expect(shownFindings('calls', findings)).toBe('');
	// Good calls are among them
	for (const what of ['accept: 200', 'send: 200', 'bind: 200', 'bind: 409', 'sandbox: sent']) {
		expect([what, counts[what]]).toEqual([what, expect.any(Number)]);
	}
}, 300_000);
