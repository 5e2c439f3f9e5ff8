/** A fictional person that can log in at the sandbox and receive its messages. */
export interface Person {
	personId: string;
	name: string;
	role: string;
}

/** The persons of the login page. They are invented, and so is the form of their ids. */
export const persons: readonly Person[] = [
	{ personId: 'P1001', name: '王芳', role: 'Teacher, class 3 of grade 5' },
	{ personId: 'P1002', name: '李建国', role: 'Head of school' },
	{ personId: 'P2001', name: '陈美玲', role: 'Parent of 陈小雨' },
	{ personId: 'P2002', name: '赵志强', role: 'Parent of 赵子轩' },
	{ personId: 'P3001', name: '陈小雨', role: 'Student, class 3 of grade 5' },
	{ personId: 'P3002', name: '赵子轩', role: 'Student, class 1 of grade 6' },
];

const byId = new Map(persons.map((person) => [person.personId, person]));

/** The person with this id, if it is one of the sandbox's own. */
export function findPerson(personId: string): Person | undefined {
	return byId.get(personId);
}
