// Sentences of tools.
export const tools: Readonly<Record<string, string>> = {
  'tools.ripgrepMissing':
    'File search needs ripgrep, and none was found in VS Code or on PATH. Install ripgrep (the command rg), or repair the VS Code installation, and try again.',
  'tools.ripgrepFailed':
    'The search program {file} could not be started: {reason}. Reinstall ripgrep or VS Code, then try again.',
  'tools.bashMissing':
    'Commands need bash, and none was found in /bin, /usr/bin or on PATH. Install bash and try again.',
  'tools.gitBashMissing':
    'Commands need Git Bash, and none was found. Install Git for Windows, or set CLAUDE_CODE_GIT_BASH_PATH to the path of bash.exe.',
  'tools.powershellMissing':
    'Commands need PowerShell, and none was found where Windows has it. Install PowerShell 7 or Git for Windows, then reload the window.',
  'tools.gitBashWrong':
    'CLAUDE_CODE_GIT_BASH_PATH names {file}, which is not a program that can be run. Correct the variable or remove it.',
  'tools.fetchInternal': '{host} leads to {address}, an address of your own machine or network. Fetch it all the same?',
  'tools.shellFailed': 'The shell {file} could not be started: {reason}.',
  'tools.folderGone':
    'The folder {folder} does not exist any more, so nothing can run in it. Restore it, or open another folder.',
  'tools.cwdGone':
    'The current folder {folder} does not exist any more, so the command was not run. The next one starts in {root}.',
};
