/** The platform's color of an oa head when the message names none (S). */
const DEFAULT_BG_COLOR = 'FFCC0000';

export interface HeadColor {
	background: string;
	text: string;
}

/** The platform's `AARRGGBB` as CSS, and a text color that can be read on it. */
export function headColor(bgColor: string = DEFAULT_BG_COLOR): HeadColor {
	const [alpha, red, green, blue] = [0, 2, 4, 6].map((at) =>
		Number.parseInt(bgColor.slice(at, at + 2), 16),
	);
	const opacity = alpha / 255;
	// The head has a white background in both themes, so that a color looks as it would on the platform.
	const onWhite = [red, green, blue].map((part) => part * opacity + 255 * (1 - opacity));
	return {
		background: `rgba(${red}, ${green}, ${blue}, ${opacity.toFixed(3)})`,
		text: luminance(onWhite) > 0.4 ? '#1c2230' : '#fff',
	};
}

/** Relative luminance, 0 to 1 (WCAG 2). */
function luminance(parts: readonly number[]): number {
	const [red, green, blue] = parts.map((part) => {
		const share = part / 255;
		return share <= 0.040_45 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
	});
	return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
