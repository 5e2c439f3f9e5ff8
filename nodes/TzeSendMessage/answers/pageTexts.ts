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

const CHINESE: Record<Name, string> = {
	approve: '同意',
	decline: '拒绝',
	submit: '提交',
	yourAnswer: '您的回复',
	yes: '是',
	no: '否',
	noChoice: '（未选择）',
	optional: '（选填）',
	until: '请在 {time} 之前回复。',
	inTheNameOf:
		'您的回复将以 {person} 的名义记录，以第一个回复为准。请勿转发本页地址：持有该地址的任何人都能以 {person} 的名义回复。',
	byAnybody: '持有本页地址的任何人都能回复，以第一个回复为准。',
	checkFields: '尚未提交，请检查下方标出的内容。',
	thanksTitle: '谢谢',
	thanks: '已收到您的回复，可以关闭本页。',
	answeredTitle: '已有回复',
	answered: '该问题已于 {time} 得到回复，无需再操作。',
	overTitle: '无需再回复',
	over: '该问题已有结果，或已过回复时间，无需再操作。',
	late: '该问题的回复截止时间为 {time}，无需再操作。',
	badLinkTitle: '该地址无效',
	badLink: '请从消息中重新打开本页。地址被改动或截短后无法使用。',
	tooLargeTitle: '内容过长',
	tooLarge: '回复过长，未被接收。请返回并缩短内容。',
	wrongTypeTitle: '无法识别',
	wrongType: '本页只接收自身表单提交的回复。请从消息中重新打开本页。',
	missing: '请填写此项。',
	chooseOne: '请点击其中一个按钮。',
	notOneValue: '此处只能填写一个回复。',
	notNumber: '请填写数字，例如 12 或 3.5。',
	notDate: '请填写存在的日期，例如 2026-09-01。',
	notOption: '请选择其中一个选项。',
	notYesOrNo: '请选择“是”或“否”。',
};

/** The texts of the page on which a question is answered. */
export const ANSWER_TEXTS: Texts<Name> = { en: ENGLISH, 'zh-CN': CHINESE };
