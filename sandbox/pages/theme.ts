/** Colors and basics that both pages share, light and dark. */
export const themeStyle = `
:root {
	color-scheme: light dark;
	--ground: #eef1f6; --paper: #fff; --ink: #1c2230; --soft: #55607a; --faint: #6f7a90;
	--line: #e1e6ee; --accent: #2f6fed; --accent-soft: #e6eefe; --on-accent: #fff;
	--text: #2f6fed; --link: #0e9384; --oa: #b54708; --warn: #b42318; --warn-soft: #fee4e2; --code: #f5f7fa;
	--shadow: 0 1px 2px rgb(16 24 40 / 6%), 0 4px 14px rgb(16 24 40 / 6%);
}
@media (prefers-color-scheme: dark) {
	:root {
		--ground: #0e1116; --paper: #191e26; --ink: #e8ecf3; --soft: #a9b3c4; --faint: #8390a5;
		--line: #2a313c; --accent: #6d9bff; --accent-soft: #1c2c4d; --on-accent: #0b1220;
		--text: #6d9bff; --link: #3ccbb9; --oa: #f79a4f; --warn: #ff9c92; --warn-soft: #45201d; --code: #11151b;
		--shadow: 0 1px 2px rgb(0 0 0 / 40%), 0 4px 14px rgb(0 0 0 / 25%);
	}
}
* { box-sizing: border-box; margin: 0; }
body {
	background: var(--ground); color: var(--ink);
	font: 15px/1.5 system-ui, -apple-system, 'Segoe UI', Roboto, 'PingFang SC', 'Microsoft YaHei', 'Noto Sans CJK SC', sans-serif;
	-webkit-font-smoothing: antialiased;
}
a { color: var(--accent); }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
.logo { display: inline-grid; place-items: center; width: 40px; height: 40px; border-radius: 12px; background: linear-gradient(145deg, #4d8bff, #2458d3); flex: none; }
.logo svg { width: 34px; height: 34px; fill: #fff; stroke: none; }
`;
