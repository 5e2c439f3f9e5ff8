import chinese from '../../../locales/pages.zh-CN.json';
import type { Texts } from '../../pages/language';

type Name = keyof typeof ENGLISH;

const ENGLISH = {
	approve: 'Approve',
	decline: 'Decline',
	submit: 'Send answer',
	yourAnswer: 'Your answer',
	yes: 'Yes',
	no: 'No',
	noChoice: '(nothing chosen)',
	optional: '(optional)',
	until: 'Can be answered until {time}.',
	inTheNameOf:
		'Your answer is recorded as that of {person}. The first answer counts. Do not pass this address on: whoever has it can answer in the name of {person}.',
	byAnybody: 'Whoever has the address of this page can answer. The first answer counts.',
	checkFields: 'Nothing was sent yet. Please check what is marked below.',
	thanksTitle: 'Thank you',
	thanks: 'Your answer has been received. You can close this page.',
	answeredTitle: 'Already answered',
	answered: 'This question was answered on {time}. There is nothing left to do.',
	overTitle: 'No answer needed any more',
	over: 'This question has been decided, or its time is over. There is nothing left to do.',
	late: 'This question could be answered until {time}. There is nothing left to do.',
	badLinkTitle: 'This address does not work',
	badLink:
		'Please open the page from the message again. A changed or shortened address is not accepted.',
	tooLargeTitle: 'Too long',
	tooLarge: 'The answer is too long, so it was not taken. Please go back and shorten it.',
	wrongTypeTitle: 'Not understood',
	wrongType:
		'This page takes the answer of its own form only. Please open it from the message again.',
	missing: 'Please fill this in.',
	chooseOne: 'Please choose one of the buttons.',
	notOneValue: 'Please give one answer here.',
	notNumber: 'Please give a number, such as 12 or 3.5.',
	notDate: 'Please give a date that exists, such as 2026-09-01.',
	notOption: 'Please choose one of the options.',
	notYesOrNo: 'Please choose yes or no.',
};

/** The texts of the page on which a question is answered. */
export const ANSWER_TEXTS: Texts<Name> = { en: ENGLISH, 'zh-CN': chinese.answer };
