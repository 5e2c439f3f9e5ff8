import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';

import { readCommandLine, refuse } from '../../scripts/commandLine';
import { readTranslations } from '../../scripts/edition';
import { ensureBrowser } from '../../testbed/editor/browser';
import { readExampleTexts, type ExampleLanguage } from '../../testbed/examples';
import { DEFAULT_VERSION, OLDEST_VERSION } from '../../testbed/n8n/cache';
import { connectTo, readExternalN8n } from '../../testbed/n8n/external';
import { fetchN8n } from '../../testbed/n8n/fetch';
import { packPackage } from '../../testbed/n8n/pack';
import { Closers } from '../../testbed/process/closers';
import { explain, Trouble } from '../../testbed/process/trouble';
import { ROOT } from '../../testbed/root';
import { Report } from './report';
import { accountSteps } from './steps/accounts';
import { aiToolSteps } from './steps/aiTool';
import { answerFormSteps } from './steps/answerForm';
import { answersFuzzSteps } from './steps/answersFuzz';
import { bindingSteps } from './steps/binding';
import { credentialSteps } from './steps/credential';
import { directorySteps } from './steps/directory';
import { faultSteps } from './steps/faults';
import { humanInTheLoopSteps } from './steps/humanInTheLoop';
import { installSteps } from './steps/install';
import { leaveSteps } from './steps/leaveApproval';
import { secretSteps } from './steps/secrets';
import { sendMessageSteps } from './steps/sendMessage';
import { trafficSteps } from './steps/traffic';
import { workflowSteps } from './steps/workflows';
import { runSuite } from './suite';
import type { Edition } from './world';

const STEPS = [
	...installSteps,
	...credentialSteps,
	...sendMessageSteps,
	...faultSteps,
	...workflowSteps,
	...bindingSteps,
	...accountSteps,
	...leaveSteps,
	...answerFormSteps,
	...answersFuzzSteps,
	...trafficSteps,
	...aiToolSteps,
	...directorySteps,
	...humanInTheLoopSteps,
	...secretSteps,
];

/** What is run with a version: all steps in English, and those that show texts in every edition. */
function suites(version: string, [english, ...translated]: Edition[]) {
	return [
		{ edition: english, steps: STEPS },
		...(version === DEFAULT_VERSION ? translated : []).map((edition) => ({
			edition,
			steps: [
				...installSteps,
				...credentialSteps,
				...sendMessageSteps,
				...workflowSteps,
				...accountSteps,
				...answerFormSteps,
			],
		})),
	];
}

const englishEdition = (tarball: string): Edition => ({
	name: '',
	tarball,
	language: 'en',
	text: (text) => text,
	exampleText: (text) => text,
});

/** The package in English, and what the build made of it in other languages. */
async function editions(folder: string, tarball: string): Promise<Edition[]> {
	const built = path.join(ROOT, 'editions');
	const names = existsSync(built) ? (readdirSync(built) as ExampleLanguage[]) : [];
	const translated = names.map(async (name): Promise<Edition> => {
		const texts = readTranslations(ROOT, name);
		return {
			name,
			tarball: await packPackage(path.join(folder, name), path.join('editions', name)),
			language: 'zh-CN',
			text: (text) => texts[text] ?? text,
			examples: name,
			exampleText: (text) => readExampleTexts(name)[text] ?? text,
		};
	});
	return [englishEdition(tarball), ...(await Promise.all(translated))];
}

async function main(report: Report): Promise<void> {
	const { values } = readCommandLine('test:e2e');
	const { only } = values;
	if (only !== undefined && !STEPS.some(({ title }) => title.includes(only))) {
		refuse('test:e2e', `--only ${only}: no step has this in its title.`);
	}
	const external = readExternalN8n(process.env);
	if (external !== undefined && values.n8n !== undefined) {
		refuse('test:e2e', '--n8n starts an n8n, and N8N_URL names one that runs: give one of them.');
	}
	await using closers = new Closers();
	const folder = await closers.folder('e2e-pack');
	await ensureBrowser();
	const tarball = path.resolve(values.tarball ?? (await packPackage(folder)));
	if (external !== undefined) {
		const running = await connectTo(external);
		const { version, url } = running;
		const edition = englishEdition(tarball);
		report.heading(`n8n ${version}, which runs at ${url}`);
		await runSuite(report, { version, running, edition, steps: STEPS, only });
	}
	const versions = external === undefined ? [DEFAULT_VERSION, OLDEST_VERSION] : [];
	for (const version of values.n8n ?? versions) {
		await fetchN8n(version);
		for (const { edition, steps } of suites(version, await editions(folder, tarball))) {
			const name = edition.name === '' ? '' : `, edition ${edition.name}`;
			report.heading(`n8n ${version}${name}`);
			await runSuite(report, { version, edition, steps, only });
		}
	}
	report.close();
	if (report.passed === 0) throw new Trouble('No step was done.');
}

const report = new Report();
main(report)
	.then(() => {
		process.exitCode = report.failed > 0 ? 1 : 0;
	})
	.catch((error: unknown) => {
		process.stderr.write(`${explain(error)}\n`);
		process.exitCode = 1;
	});
