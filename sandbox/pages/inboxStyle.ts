import { themeStyle } from './theme';

/** The inbox's style. */
export const inboxStyle = `${themeStyle}
.top { position: sticky; top: 0; z-index: 1; background: color-mix(in srgb, var(--paper) 88%, transparent); backdrop-filter: blur(12px); border-bottom: 1px solid var(--line); }
.top header { max-width: 680px; margin: 0 auto; padding: 14px 20px 12px; }
.brand { display: flex; align-items: center; gap: 12px; }
.brand h1 { font-size: 19px; line-height: 1.25; letter-spacing: -.01em; }
.brand p { color: var(--soft); font-size: 13px; }
.live { margin-left: auto; display: flex; align-items: center; gap: 7px; font-size: 12px; color: var(--soft); }
.live::before { content: ''; width: 8px; height: 8px; border-radius: 50%; background: #17b26a; box-shadow: 0 0 0 3px rgb(23 178 106 / 18%); }
.live.off::before { background: var(--faint); box-shadow: none; }

.filters { display: flex; flex-wrap: wrap; gap: 10px; justify-content: space-between; margin-top: 12px; }
#types { display: flex; gap: 2px; padding: 3px; border-radius: 10px; background: var(--ground); }
#types a { padding: 4px 12px; border-radius: 8px; color: var(--soft); text-decoration: none; font-size: 13.5px; font-weight: 550; }
#types a span { color: var(--faint); font-weight: 400; font-variant-numeric: tabular-nums; margin-left: 2px; }
#types a[aria-current] { background: var(--paper); color: var(--ink); box-shadow: 0 1px 3px rgb(16 24 40 / 14%); }
.filters input { width: 200px; padding: 6px 12px; border: 1px solid var(--line); border-radius: 10px; background: var(--paper); color: inherit; font: inherit; font-size: 13.5px; }

main { max-width: 680px; margin: 0 auto; padding: 22px 20px 60px; }
#narrowed p { margin-bottom: 18px; padding: 9px 14px; border-radius: 10px; background: var(--accent-soft); font-size: 13.5px; overflow-wrap: anywhere; }
#narrowed a { margin-left: 6px; }

.message { display: grid; grid-template-columns: 38px minmax(0, 1fr); column-gap: 12px; margin-bottom: 28px; }
.message > * { grid-column: 2; }
.message > .avatar { grid-column: 1; grid-row: 1 / span 3; }
.avatar { display: grid; place-items: center; width: 38px; height: 38px; border-radius: 12px; background: color-mix(in srgb, currentColor 13%, var(--paper)); }
.avatar svg { width: 21px; height: 21px; }
.avatar.text { color: var(--text); } .avatar.link { color: var(--link); } .avatar.oa { color: var(--oa); }
svg { fill: none; stroke: currentColor; stroke-width: 1.3; stroke-linecap: round; stroke-linejoin: round; }
.message.fresh { animation: arrive .35s ease-out; }
@keyframes arrive { from { opacity: 0; transform: translateY(-8px); } }
@media (prefers-reduced-motion: reduce) { .message.fresh { animation: none; } }
.to { display: flex; align-items: baseline; gap: 8px; margin-bottom: 7px; font-size: 13.5px; color: var(--soft); }
.names { min-width: 0; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
.names a { color: inherit; text-decoration: none; }
.names a:hover { color: var(--accent); }
.names a:not(:first-child)::before { content: '· '; color: var(--faint); margin-left: 4px; }
.names b { color: var(--ink); font-weight: 600; }
.more { margin-left: 4px; }
time { margin-left: auto; flex: none; color: var(--faint); font-size: 12.5px; font-variant-numeric: tabular-nums; }

.bubble { display: block; width: fit-content; max-width: min(560px, 100%); max-height: 420px; overflow: auto; padding: 10px 15px; border-radius: 4px 16px 16px; background: var(--paper); box-shadow: var(--shadow); white-space: pre-wrap; overflow-wrap: anywhere; unicode-bidi: plaintext; }
.card { max-width: 440px; border-radius: 4px 14px 14px; background: var(--paper); box-shadow: var(--shadow); overflow: hidden; overflow-wrap: anywhere; }
.inside { padding: 13px 16px 14px; }
.inside h2 { font-size: 16px; line-height: 1.4; font-weight: 620; unicode-bidi: plaintext; }
.inside p { color: var(--soft); font-size: 14px; white-space: pre-wrap; max-height: 320px; overflow: auto; unicode-bidi: plaintext; }
.inside h2 + p { margin-top: 4px; }
.head { padding: 9px 16px; font-size: 14px; font-weight: 600; letter-spacing: .01em; unicode-bidi: plaintext; }
dl { margin: 8px 0 10px; display: grid; grid-template-columns: fit-content(45%) 1fr; gap: 5px 16px; font-size: 14px; }
dl:first-child { margin-top: 0; }
dl:last-child { margin-bottom: 0; }
dl div { display: contents; }
dt { color: var(--faint); }
dd { white-space: pre-wrap; }
figure img { display: block; width: 100%; max-height: 220px; min-height: 40px; object-fit: cover; background: var(--code); }
.inside figure { margin-top: 11px; }
.inside figure img { border-radius: 9px; }
figcaption { display: none; padding: 16px; background: var(--code); color: var(--faint); font-size: 12.5px; text-align: center; border-radius: inherit; }
.inside figcaption { border-radius: 9px; }
figure.broken img { display: none; }
figure.broken figcaption { display: block; }
.signed { display: flex; align-items: center; gap: 12px; margin-top: 11px; font-size: 13px; color: var(--soft); }
.signed span { display: inline-flex; align-items: center; gap: 5px; }
.signed .author { margin-left: auto; }
.card svg { width: 15px; height: 15px; flex: none; }
.open { display: flex; border-top: 1px solid var(--line); font-size: 12.5px; }
.open > * { flex: 1 1 auto; min-width: 0; display: flex; align-items: center; gap: 6px; padding: 8px 16px; color: var(--soft); text-decoration: none; white-space: nowrap; }
.open > * + * { border-left: 1px solid var(--line); }
.open b { font-weight: 550; }
.open span { overflow: hidden; text-overflow: ellipsis; color: var(--faint); }
.open a:hover { background: var(--accent-soft); color: var(--accent); }

.about { display: flex; flex-wrap: wrap; align-items: center; gap: 6px; margin-top: 8px; font-size: 12px; }
.badge { padding: 1px 8px; border-radius: 99px; border: 1px solid var(--line); color: var(--soft); text-decoration: none; overflow-wrap: anywhere; }
.badge.text { color: var(--text); } .badge.link { color: var(--link); } .badge.oa { color: var(--oa); }
.badge.text, .badge.link, .badge.oa { border-color: color-mix(in srgb, currentColor 35%, transparent); font-weight: 600; }
.badge.id { font-family: ui-monospace, 'SF Mono', Consolas, monospace; font-size: 11.5px; }
.badge.id span { color: var(--faint); }
.badge.id:hover { border-color: var(--accent); }
.badge.again:empty { display: none; }
.badge.again { background: var(--warn-soft); border-color: transparent; color: var(--warn); font-weight: 600; }
details { color: var(--faint); }
details[open] { flex-basis: 100%; }
summary { cursor: pointer; padding: 1px 4px; border-radius: 6px; width: fit-content; }
summary:hover { color: var(--accent); }
pre { padding: 12px 14px; border: 1px solid var(--line); border-radius: 10px; background: var(--code); color: var(--ink); font: 12.5px/1.55 ui-monospace, 'SF Mono', Consolas, 'DejaVu Sans Mono', 'Liberation Mono', monospace; overflow: auto; max-height: 420px; }
details pre { margin-top: 6px; }

.empty { margin-top: 48px; padding: 40px 32px; border-radius: 18px; background: var(--paper); box-shadow: var(--shadow); text-align: center; }
.empty h2 { margin: 14px 0 6px; font-size: 19px; }
.empty h2:first-child { margin-top: 0; }
.empty p { max-width: 520px; margin: 0 auto; color: var(--soft); }
.empty pre { margin: 18px 0; text-align: left; white-space: pre-wrap; overflow-wrap: anywhere; }
.empty .hint { font-size: 13px; color: var(--faint); }
#pages { display: flex; justify-content: center; align-items: center; gap: 18px; color: var(--soft); font-size: 13.5px; font-variant-numeric: tabular-nums; }
#pages a { padding: 6px 14px; border-radius: 10px; background: var(--paper); box-shadow: var(--shadow); text-decoration: none; }
@media (max-width: 480px) { .open span { display: none; } .filters form, .filters input { width: 100%; } }
`;
