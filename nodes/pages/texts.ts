/**
 * The one text that the Chinese edition replaces here: the texts of pages are in both languages in both
 * editions, in `locales/pages.zh-CN.json` and beside the code of each page.
 */
export const EDITION = {
	language: 'en',
} as const;
