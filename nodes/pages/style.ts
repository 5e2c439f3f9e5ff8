import { html } from './html';

/** What all pages look like: light and dark, for a phone first. Without anything to be fetched. */
export const STYLE = html`
:root { color-scheme: light dark; --paper: #f4f5f7; --card: #fff; --ink: #1c2430; --soft: #5a6675;
	--line: #818b99; --accent: #1f5fbf; --on-accent: #fff; --good: #1b7f46; --bad: #b3261e; }
@media (prefers-color-scheme: dark) {
	:root { --paper: #12161c; --card: #1c222b; --ink: #e8ecf2; --soft: #a3afbf; --line: #6b7789;
		--accent: #8ab4f8; --on-accent: #10151c; --good: #6fd49a; --bad: #ff8f85; }
}
* { box-sizing: border-box; }
body { margin: 0; min-height: 100vh; display: flex; align-items: center; justify-content: center;
	padding: 1rem; background: var(--paper); color: var(--ink);
	font: 1rem/1.6 system-ui, -apple-system, "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", sans-serif; }
main { width: 100%; max-width: 32rem; padding: 1.5rem; background: var(--card);
	border-top: .3rem solid var(--line); border-radius: .6rem; overflow-wrap: anywhere; }
main.good { border-top-color: var(--good); }
main.bad { border-top-color: var(--bad); }
h1 { margin: 0 0 .75rem; font-size: 1.35rem; line-height: 1.3; }
p { margin: 0 0 .75rem; white-space: pre-line; }
p:last-child { margin-bottom: 0; }
small, .hint { color: var(--soft); font-size: .875rem; font-weight: 400; }
.error { color: var(--bad); }
dl { margin: 0 0 1rem; display: grid; grid-template-columns: fit-content(45%) 1fr; gap: .25rem 1rem; }
dt { color: var(--soft); }
dd { margin: 0; white-space: pre-line; }
form { margin: 1.25rem 0 0; display: grid; gap: 1rem; }
label, fieldset { display: grid; gap: .3rem; margin: 0; padding: 0; border: 0; font-weight: 600; }
legend { padding: 0; margin-bottom: .3rem; }
label.choice { display: flex; align-items: center; gap: .6rem; min-height: 2.75rem; font-weight: 400; }
input, textarea, select { width: 100%; min-height: 2.75rem; padding: .55rem .7rem; font: inherit; font-weight: 400;
	color: inherit; background: var(--paper); border: 1px solid var(--line); border-radius: .4rem; }
input[type="checkbox"], input[type="radio"] { width: 1.25rem; min-height: 0; height: 1.25rem; flex: none; accent-color: var(--accent); }
::placeholder { color: var(--soft); opacity: 1; }
label:has(> .error) > :is(input, textarea, select) { border-color: var(--bad); }
textarea { min-height: 8rem; resize: vertical; }
.buttons { display: flex; flex-wrap: wrap; gap: .75rem; }
button { flex: 1 1 8rem; min-height: 2.9rem; padding: .6rem 1rem; font: inherit; font-weight: 600; cursor: pointer;
	color: var(--on-accent); background: var(--accent); border: 1px solid var(--accent); border-radius: .4rem; }
button.secondary { color: inherit; background: none; border-color: var(--line); }
a { color: var(--accent); }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
`;
