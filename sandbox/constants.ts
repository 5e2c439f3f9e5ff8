/** The platform's addresses (S, V). */
export const OAUTH_TOKEN_PATH = '/oauth/getOauthToken';
export const ACCESS_TOKEN_PATH = '/apigateway/getAccessToken';

/** The calls of the directory: all by GET, with envelope B (T, the last one V). */
export const USER_INFO_PATH = '/user/openapi/user/get-user-info';
export const ORG_INFO_PATH = '/user/openapi/org/get-org-info';
export const DEPARTMENTS_PATH = '/user/openapi/org/get-org-child-list';
export const CHILD_LIST_PATH = '/user/openapi/org-tree/get-child-list';
export const MEMBERS_PATH = '/user/openapi/user/get-org-member-simple-list';

/** The sandbox's own: the platform's sending address and recipient field are not public. */
export const MESSAGE_PATH = '/sandbox/message/send';
export const RECIPIENT_FIELD = 'personIds';

/** The `retCode` of success; every other one means a failure (S). */
export const SUCCESS_CODE = '000000';

/** An OAuth token is valid for 15 days (S). */
export const OAUTH_TOKEN_LIFETIME_MS = 15 * 24 * 60 * 60 * 1000;
/** How long an access token fetched with the app key is valid, unless a test asks for less (D). */
export const ACCESS_TOKEN_LIFETIME_MS = 2 * 60 * 60 * 1000;
/** How long the code of a login is valid, unless a test asks for less (D). */
export const OAUTH_CODE_LIFETIME_MS = 10 * 60 * 1000;

/** What the sandbox has beside the platform's calls, each with everything beneath it. */
export const CONTROL_PATH = '/_sandbox';
export const ASSETS_PATH = `${CONTROL_PATH}/assets`;
export const INBOX_PATH = '/inbox';
export const LOGIN_PATH = '/login';
