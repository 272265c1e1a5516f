// The few PowerShell commands that are known to only tell something: there is no reader for the rest.

/** In any letter case, and nothing before or after them: these very words. */
const PLAIN = new Set([
  ...['get-location', 'pwd', 'gl', 'get-date', 'get-host', 'get-culture', 'get-uiculture', 'get-timezone', 'whoami'],
  ...['hostname', '$psversiontable', '$psversiontable.psversion', '$pwd', 'git status', 'git branch', 'git --version'],
  ...['get-childitem', 'gci', 'ls', 'dir', 'get-executionpolicy', 'node --version', 'npm --version'],
]);

export function isPlainPowerShell(command: string): boolean {
  return /^[\x20-\x7e]*$/.test(command) && PLAIN.has(command.trim().replace(/ +/g, ' ').toLowerCase());
}
