// Names that VS Code knows us by; package.json holds the same ones.

export const VIEW_ID = 'assent.chat';
export const PANEL_TYPE = 'assent.chat';
export const PERMISSIONS_TYPE = 'assent.permissions';
export const USAGE_TYPE = 'assent.usage';
export const MCP_TYPE = 'assent.mcp';
export const STATUS_TYPE = 'assent.status';
/** The pages beside the chat: their tabs come back after a reload. */
export const PAGE_TYPES = [PERMISSIONS_TYPE, USAGE_TYPE, MCP_TYPE, STATUS_TYPE] as const;
export type PageType = (typeof PAGE_TYPES)[number];
export const REVIEW_SCHEME = 'assent-review';
export const UNDO_SCHEME = 'assent-undo';
/** Where the window remembers whether written changes wait for an answer. */
export const PENDING_KEY = 'assent.pending';
/** Where the window remembers which conversations wait for an answer. */
export const WAITING_KEY = 'assent.waiting';
/** Where the profile remembers whether anybody is signed in with the team's identity provider. */
export const LOGIN_KEY = 'assent.login';
