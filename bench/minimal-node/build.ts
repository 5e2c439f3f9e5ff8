import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import ts from 'typescript';

/** The package of the nodes that the benchmark compares with. */
export const MINIMAL_PACKAGE = __dirname;

/** Compiles the package, so that n8n can load it; its types are checked by `npm run typecheck`. */
export function buildMinimalPackage(): void {
	const folder = path.join(MINIMAL_PACKAGE, 'dist');
	mkdirSync(folder, { recursive: true });
	for (const file of readdirSync(MINIMAL_PACKAGE)) {
		if (!/\.(?:node|hooks)\.ts$/.test(file)) continue;
		const { outputText } = ts.transpileModule(
			readFileSync(path.join(MINIMAL_PACKAGE, file), 'utf8'),
			{
				compilerOptions: { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.CommonJS },
			},
		);
		writeFileSync(path.join(folder, file.replace(/\.ts$/, '.js')), outputText);
	}
}
