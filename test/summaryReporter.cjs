/** Prints the whole run in one line, for people and for `.ci/run`. */
module.exports = class SummaryReporter {
	onRunComplete(_contexts, { numPassedTests, numFailedTests, numFailedTestSuites, testResults }) {
		// A file that cannot even be loaded has no failed test, but it failed
		const unloadable = testResults.filter(
			({ testExecError }) => testExecError !== undefined,
		).length;
		const failed = Math.max(numFailedTests + unloadable, numFailedTestSuites);
		process.stdout.write(`${numPassedTests} passed, ${failed} failed\n`);
	}
};
