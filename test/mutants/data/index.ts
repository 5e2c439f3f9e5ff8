import type { Mutant } from '../mutant';
import { credentials } from './credentials';
import { nodes } from './nodes';
import { platform } from './platform';
import { run } from './run';
import { sandbox } from './sandbox';
import { transport } from './transport';

/** All mistakes, room by room. */
export const MUTANTS: readonly Mutant[] = [
	...platform,
	...transport,
	...credentials,
	...run,
	...nodes,
	...sandbox,
];
